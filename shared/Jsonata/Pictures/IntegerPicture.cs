using System.Globalization;
using System.Numerics;

namespace Flow.Jsonata.Pictures;

/// <summary>A picture of integers such as <c>#,##0</c>, <c>0;o</c>, <c>Ww</c> or <c>I</c>, which integers are written and read after: XPath's format-integer, and back.</summary>
internal sealed class IntegerPicture
{
    private readonly IntegerFormat _format;

    private IntegerPicture(IntegerFormat format) => _format = format;

    /// <summary>Reads a picture: digits, <c>w W Ww</c>, <c>i I</c>, or <c>a A</c>; then <c>;o</c> for ordinals.</summary>
    /// <exception cref="JsonataException">D3130, D3131: it is none.</exception>
    public static IntegerPicture Read(string picture) => new(IntegerFormat.Read(picture));

    /// <summary>Writes a number; what is no integer is rounded down.</summary>
    /// <exception cref="JsonataException">D1001: the number is not finite; D3130: it is too great for the numerals.</exception>
    public string Format(double value)
    {
        if (!double.IsFinite(value))
            throw new JsonataException("D1001", "The number is out of range.", token: "formatInteger");

        var floor = Math.Floor(value);
        var digits = DecimalDigits.Of(floor).Integer;
        var text = _format.Format(digits.Length == 0 ? BigInteger.Zero : BigInteger.Parse(digits, CultureInfo.InvariantCulture));
        return floor < 0 ? "-" + text : text;
    }

    /// <summary>Reads a number; null: the text is none.</summary>
    public double? Parse(string text) => text.StartsWith('-') ? -_format.Parse(text[1..]) : _format.Parse(text);
}
