namespace Flow.Jsonata.Pictures;

/// <summary>Timestamps without a picture: <c>2018</c>, <c>2018-02</c>, <c>2018-02-01</c>, with or without <c>T09:42:13</c>, a fraction and <c>Z</c> or an offset; UTC without one.</summary>
internal static class Iso8601Timestamp
{
    /// <summary>Reads a timestamp; fractions are cut to milliseconds.</summary>
    /// <returns>Milliseconds since the beginning of the Unix era.</returns>
    /// <exception cref="JsonataException">D3110: it is none.</exception>
    public static long Parse(string timestamp)
    {
        var rest = timestamp.AsSpan();
        var (month, day) = (1, 1);
        var (hour, minute, second, fraction) = (0, 0, 0, 0);
        var year = 0;
        var sound = TryTake(ref rest, '\0', 4, ref year);
        if (sound && TryTake(ref rest, '-', 2, ref month) && TryTake(ref rest, '-', 2, ref day))
            sound &= day is >= 1 and <= 31;
        sound &= month is >= 1 and <= 12;

        if (TryTake(ref rest, 'T', 2, ref hour))
        {
            sound &= TryTake(ref rest, ':', 2, ref minute) && TryTake(ref rest, ':', 2, ref second);
            sound &= hour < 24 && minute < 60 && second < 60;
            fraction = TakeFraction(ref rest);
        }

        sound &= TryTakeOffset(ref rest, out var offset) && rest.IsEmpty;
        if (!sound)
            throw new JsonataException("D3110", $"'{timestamp}' is no ISO 8601 timestamp.", token: "toMillis");
        return ((long)CivilTime.DaysOf(year, month, day) * CivilTime.MillisPerDay) + (((hour * 60L) + minute - offset) * 60_000) + (second * 1000) + fraction;
    }

    /// <summary>Takes the character before a number and its digits; unless both are there nothing, and the number is left as it is.</summary>
    private static bool TryTake(ref ReadOnlySpan<char> rest, char before, int digits, ref int number)
    {
        var start = before == '\0' ? 0 : 1;
        if (rest.Length < start + digits || (start == 1 && rest[0] != before) || !ZoneOffset.TryRead(rest.Slice(start, digits), out var read))
            return false;
        number = read;
        rest = rest[(start + digits)..];
        return true;
    }

    private static int TakeFraction(ref ReadOnlySpan<char> rest)
    {
        var length = rest is ['.', ..] ? rest[1..].IndexOfAnyExceptInRange('0', '9') : 0;
        if (length < 0)
            length = rest.Length - 1;
        if (length == 0)
            return 0;

        _ = ZoneOffset.TryRead(rest.Slice(1, Math.Min(length, 3)), out var millis);
        rest = rest[(1 + length)..];
        return length switch { 1 => millis * 100, 2 => millis * 10, _ => millis };
    }

    private static bool TryTakeOffset(ref ReadOnlySpan<char> rest, out int minutes)
    {
        minutes = 0;
        if (rest is "" or "Z")
        {
            rest = default;
            return true;
        }

        var sign = rest[0];
        var (hours, minutesOfHour) = (0, 0);
        if (sign is not ('+' or '-') || !TryTake(ref rest, sign, 2, ref hours))
            return false;
        var separator = rest is [':', ..] ? ':' : '\0';
        var sound = TryTake(ref rest, separator, 2, ref minutesOfHour) && hours < 24 && minutesOfHour < 60;
        minutes = ZoneOffset.Of(sign, hours, minutesOfHour).Minutes;
        return sound;
    }
}
