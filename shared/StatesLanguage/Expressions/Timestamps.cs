using System.Globalization;

namespace Flow.StatesLanguage.Expressions;

/// <summary>The language's timestamps: RFC 3339 with a capital T, seconds, and either a capital Z or an offset.</summary>
internal static class Timestamps
{
    private const string WithoutFraction = "yyyy-MM-ddTHH:mm:ss";

    /// <summary>Reads a timestamp; false when the text has another form or names no real date.</summary>
    /// <param name="text">The text, e.g. <c>2016-03-14T01:59:26.5+01:00</c>. Fractions are cut to 100 nanoseconds.</param>
    /// <param name="timestamp">The same moment in UTC.</param>
    public static bool TryParse(string text, out DateTimeOffset timestamp)
    {
        timestamp = default;
        if (text.Length <= WithoutFraction.Length)
            return false;

        var rest = text.AsSpan(WithoutFraction.Length);
        if (!DateTime.TryParseExact(text.AsSpan(0, WithoutFraction.Length), "yyyy-MM-dd'T'HH:mm:ss", CultureInfo.InvariantCulture, DateTimeStyles.None, out var local)
            || !TryTakeFraction(ref rest, out var fraction)
            || !TryParseOffset(rest, out var offset))
            return false;

        var ticks = local.Ticks + fraction - offset;
        if (ticks < DateTime.MinValue.Ticks || ticks > DateTime.MaxValue.Ticks)
            return false;

        timestamp = new(ticks, TimeSpan.Zero);
        return true;
    }

    private static bool TryTakeFraction(ref ReadOnlySpan<char> rest, out long ticks)
    {
        ticks = 0;
        if (rest[0] != '.')
            return true;

        var digits = 0;
        var unit = TimeSpan.TicksPerSecond;
        while (1 + digits < rest.Length && char.IsAsciiDigit(rest[1 + digits]))
        {
            unit /= 10;
            ticks += unit * (rest[1 + digits] - '0');
            digits++;
        }

        rest = rest[(1 + digits)..];
        return digits > 0;
    }

    private static bool TryParseOffset(ReadOnlySpan<char> text, out long ticks)
    {
        ticks = 0;
        if (text is "Z")
            return true;

        if (text is not [('+' or '-') and var sign, var h1, var h2, ':', var m1, var m2]
            || !char.IsAsciiDigit(h1) || !char.IsAsciiDigit(h2) || !char.IsAsciiDigit(m1) || !char.IsAsciiDigit(m2))
            return false;

        var hours = (10 * (h1 - '0')) + (h2 - '0');
        var minutes = (10 * (m1 - '0')) + (m2 - '0');
        ticks = (sign == '-' ? -1 : 1) * ((hours * TimeSpan.TicksPerHour) + (minutes * TimeSpan.TicksPerMinute));
        return hours < 24 && minutes < 60;
    }
}
