using System.Globalization;

namespace Flow.Jsonata.Pictures;

/// <summary>Numbers as text after a picture such as <c>#,##0.00;(#,##0.00)</c>: XPath's format-number.</summary>
internal static class NumberPicture
{
    /// <summary>Formats a number.</summary>
    /// <param name="value">The number.</param>
    /// <param name="picture">The pattern, and after the pattern separator another one for negative numbers.</param>
    /// <param name="options">Properties of the decimal format that differ from the standard; where a single character is meant the first one counts.</param>
    /// <exception cref="JsonataException">D3080 to D3093: it is no picture.</exception>
    public static string Format(double value, string picture, IReadOnlyDictionary<string, string>? options)
    {
        var format = new DecimalFormat(options);
        var texts = picture.Split(format.PatternSeparator);
        if (texts.Length > 2)
            throw new JsonataException("D3080", $"The number picture '{picture}' has more than two patterns.", token: "formatNumber");

        var patterns = Array.ConvertAll(texts, text => new SubPicture(text, format));
        if (double.IsNaN(value))
            return format.NotANumber;

        var pattern = value < 0 ? patterns[^1] : patterns[0];
        var minus = value < 0 && patterns.Length == 1 ? format.MinusSign : "";
        return minus + pattern.Prefix + Magnitude(Math.Abs(value) * pattern.Multiplier, pattern, format) + pattern.Suffix;
    }

    private static string Magnitude(double value, SubPicture pattern, DecimalFormat format)
    {
        if (double.IsInfinity(value))
            return format.Infinity;

        var digits = DecimalDigits.Of(value);
        var exponent = pattern.MinimumExponent > 0 ? Exponent(digits, pattern.Scale) : 0;
        digits = (digits with { Point = digits.Point - exponent }).Round(pattern.MaximumFraction);

        var integer = digits.Integer.PadLeft(pattern.MinimumInteger, '0');
        var fraction = digits.Fraction.PadRight(pattern.MinimumFraction, '0');
        var text = Grouped(pattern.IntegerGrouping.BeforePoint, integer) + (fraction.Length > 0 ? format.DecimalSeparator + Grouped(pattern.FractionGrouping.AfterPoint, fraction) : "");
        if (pattern.MinimumExponent == 0)
            return text;

        var magnitude = Math.Abs(exponent).ToString(CultureInfo.InvariantCulture).PadLeft(pattern.MinimumExponent, '0');
        return text + format.ExponentSeparator + (exponent < 0 ? format.MinusSign : "") + format.Localize(magnitude);

        string Grouped(Func<string, string> group, string ascii) => group(format.Localize(ascii));
    }

    /// <summary>The power of ten to take out so that the mantissa has the digits of the scale; a power of ten of one digit more stays as it is.</summary>
    private static int Exponent(DecimalDigits digits, int scale) => digits switch
    {
        { Digits: "" } => 0,
        { Digits: "1" } when digits.Point > scale => digits.Point - scale - 1,
        _ => digits.Point - scale,
    };
}
