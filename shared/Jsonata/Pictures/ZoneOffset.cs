using System.Numerics;

namespace Flow.Jsonata.Pictures;

/// <summary>How far a clock is ahead of UTC.</summary>
internal readonly record struct ZoneOffset(int Minutes)
{
    private BigInteger Hours => Math.Abs(Minutes) / 60;

    private BigInteger HoursAndMinutes => (100 * Hours) + (Math.Abs(Minutes) % 60);

    /// <summary>Reads an offset of the form <c>+hhmm</c>; null: UTC.</summary>
    /// <exception cref="JsonataException">D3134: it has another form.</exception>
    public static ZoneOffset Read(string? text)
    {
        if (text is null)
            return default;

        var digits = text.AsSpan(text.StartsWith('+') || text.StartsWith('-') ? 1 : 0);
        if (digits.Length is < 1 or > 4 || !TryRead(digits, out var number) || number % 100 >= 60)
            throw new JsonataException("D3134", $"The timezone '{text}' is not of the form +hhmm.", token: "fromMillis");
        return Of(text[0], number / 100, number % 100);
    }

    public static ZoneOffset Of(char sign, int hours, int minutes) => new((sign == '-' ? -1 : 1) * ((60 * hours) + minutes));

    /// <summary>Digits and nothing else, up to nine.</summary>
    public static bool TryRead(ReadOnlySpan<char> digits, out int number)
    {
        number = 0;
        foreach (var digit in digits)
        {
            if (!char.IsAsciiDigit(digit) || digits.Length > 9)
                return false;
            number = (10 * number) + (digit - '0');
        }

        return !digits.IsEmpty;
    }

    public string Format(DecimalPattern pattern)
    {
        var sign = Minutes < 0 ? "-" : "+";
        return pattern switch
        {
            { Grouping.Interval: > 0 } or { MandatoryDigits: 3 or 4 } => sign + pattern.Format(HoursAndMinutes),
            _ when Minutes % 60 == 0 => sign + pattern.Format(Hours),
            _ => $"{sign}{pattern.Format(Hours)}:{Math.Abs(Minutes) % 60:00}",
        };
    }
}
