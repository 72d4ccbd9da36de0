using System.Globalization;

namespace Flow.Jsonata.Values;

/// <summary>Numbers as text, as JavaScript writes them.</summary>
internal static class NumberText
{
    /// <summary>The shortest text that is this number and no other; null for one that is not finite, as in JSON.</summary>
    public static string Exact(double number) => double.IsFinite(number) ? Script(number) : "null";

    /// <summary>The number with 15 significant digits, so that what binary fractions cannot hold exactly does not show.</summary>
    public static string Rounded(double number)
    {
        // Fifteen digits, a point and a sign, or less: nothing to round.
        if (IsPlain(number) && number.ToString("R", CultureInfo.InvariantCulture) is { Length: <= 15 } text)
            return text;
        return Script(double.Parse(number.ToString("E14", CultureInfo.InvariantCulture), NumberStyles.Float, CultureInfo.InvariantCulture));
    }

    /// <summary>Whether .NET writes it as JavaScript does: without an exponent.</summary>
    public static bool IsPlain(double number) => Math.Abs(number) is >= 1e-4 and < 1e15;

    private static string Script(double number)
    {
        if (number == 0)
            return "0";
        if (IsPlain(number))
            return number.ToString("R", CultureInfo.InvariantCulture);
        var (digits, exponent) = Digits(Math.Abs(number).ToString("R", CultureInfo.InvariantCulture));
        var sign = number < 0 ? "-" : "";
        return sign + exponent switch
        {
            > 21 => Scientific(digits, exponent),
            > 0 when exponent >= digits.Length => digits + new string('0', exponent - digits.Length),
            > 0 => $"{digits[..exponent]}.{digits[exponent..]}",
            > -6 => $"0.{new string('0', -exponent)}{digits}",
            _ => Scientific(digits, exponent),
        };
    }

    /// <summary>The significant digits, and how many of them stand before the point.</summary>
    private static (string Digits, int Exponent) Digits(string text)
    {
        var mark = text.IndexOf('E', StringComparison.Ordinal);
        var exponent = mark < 0 ? 0 : int.Parse(text.AsSpan(mark + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        var mantissa = mark < 0 ? text : text[..mark];
        var point = mantissa.IndexOf('.', StringComparison.Ordinal);
        exponent += point < 0 ? mantissa.Length : point;
        var digits = mantissa.Replace(".", "", StringComparison.Ordinal);
        var leading = digits.Length - digits.TrimStart('0').Length;
        return (digits[leading..].TrimEnd('0'), exponent - leading);
    }

    private static string Scientific(string digits, int exponent)
    {
        var power = exponent - 1;
        return $"{digits[..1]}{(digits.Length > 1 ? "." + digits[1..] : "")}e{(power < 0 ? "-" : "+")}{Math.Abs(power)}";
    }
}
