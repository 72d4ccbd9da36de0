using System.Globalization;
using System.Numerics;

namespace Flow.Jsonata.Pictures;

/// <summary>Integers as text after a picture such as <c>#,##0</c>, <c>0;o</c>, <c>Ww</c> or <c>I</c>: XPath's format-integer, and back.</summary>
internal static class IntegerPicture
{
    /// <summary>Formats a number.</summary>
    /// <param name="value">The number; what is no integer is rounded down.</param>
    /// <param name="picture">Digits, <c>w W Ww</c>, <c>i I</c>, or <c>a A</c>; then <c>;o</c> for ordinals.</param>
    /// <exception cref="JsonataException">D3130, D3131: it is no picture; D1001: the number is not finite.</exception>
    public static string Format(double value, string picture)
    {
        if (!double.IsFinite(value))
            throw new JsonataException("D1001", "The number is out of range.", token: "formatInteger");

        var floor = Math.Floor(value);
        var digits = DecimalDigits.Of(floor).Integer;
        var text = IntegerFormat.Read(picture).Format(digits.Length == 0 ? BigInteger.Zero : BigInteger.Parse(digits, CultureInfo.InvariantCulture));
        return floor < 0 ? "-" + text : text;
    }

    /// <summary>Reads a number that was formatted so; null: the text is none.</summary>
    /// <exception cref="JsonataException">D3130, D3131: it is no picture.</exception>
    public static double? Parse(string value, string picture)
    {
        var format = IntegerFormat.Read(picture);
        return value.StartsWith('-') ? -format.Parse(value[1..]) : format.Parse(value);
    }
}
