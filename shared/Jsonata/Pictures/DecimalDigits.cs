using System.Globalization;
using System.Numerics;

namespace Flow.Jsonata.Pictures;

/// <summary>The shortest decimal digits that name a double: its magnitude is 0.<c>Digits</c> × 10^<c>Point</c>.</summary>
/// <param name="Digits">Without zeros at either end; empty for zero.</param>
/// <param name="Point">How many digits stand before the decimal point; negative: zeros follow it.</param>
internal readonly record struct DecimalDigits(string Digits, int Point)
{
    private static readonly DecimalDigits Zero = new("", 0);

    /// <summary>The digits of the magnitude of a finite number.</summary>
    public static DecimalDigits Of(double value)
    {
        var text = Math.Abs(value).ToString("R", CultureInfo.InvariantCulture).AsSpan();
        var exponentAt = text.IndexOf('E');
        var exponent = exponentAt < 0 ? 0 : int.Parse(text[(exponentAt + 1)..], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        var mantissa = exponentAt < 0 ? text : text[..exponentAt];
        var pointAt = mantissa.IndexOf('.');
        var digits = pointAt < 0 ? mantissa.ToString() : string.Concat(mantissa[..pointAt], mantissa[(pointAt + 1)..]);
        var significant = digits.TrimStart('0');
        var point = (pointAt < 0 ? mantissa.Length : pointAt) + exponent - (digits.Length - significant.Length);
        return significant.Length == 0 ? Zero : new(significant.TrimEnd('0'), point);
    }

    /// <summary>The digits before the decimal point; empty below one.</summary>
    public string Integer => Point <= 0 ? "" : Digits.Length > Point ? Digits[..Point] : Digits.PadRight(Point, '0');

    /// <summary>The digits after the decimal point; empty for an integer.</summary>
    public string Fraction => Point >= Digits.Length ? "" : Point > 0 ? Digits[Point..] : new string('0', -Point) + Digits;

    /// <summary>The number they name.</summary>
    public double Magnitude => Digits.Length == 0 ? 0 : double.Parse($"0.{Digits}E{Point}", NumberStyles.Float, CultureInfo.InvariantCulture);

    /// <summary>Rounded to so many digits after the decimal point; a half goes to the even neighbour.</summary>
    public DecimalDigits Round(int fractionDigits)
    {
        var kept = Point + fractionDigits;
        if (kept >= Digits.Length)
            return this;
        if (kept < 0)
            return Zero;

        var half = string.CompareOrdinal(Digits[kept..], "5");
        var head = "0" + Digits[..kept];
        var up = half > 0 || (half == 0 && (head[^1] - '0') % 2 == 1);
        var rounded = (BigInteger.Parse(head, CultureInfo.InvariantCulture) + (up ? 1 : 0)).ToString(CultureInfo.InvariantCulture);
        return rounded == "0" ? Zero : new(rounded.TrimEnd('0'), rounded.Length - fractionDigits);
    }
}
