using System.Globalization;

namespace Flow.Jsonata.Pictures;

/// <summary>A picture of numbers such as <c>#,##0.00;(#,##0.00)</c>, which numbers are written after: XPath's format-number.</summary>
internal sealed class NumberPicture
{
    private readonly DecimalFormat _format;
    private readonly SubPicture[] _patterns;

    private NumberPicture(DecimalFormat format, SubPicture[] patterns)
    {
        _format = format;
        _patterns = patterns;
    }

    /// <summary>Reads a picture.</summary>
    /// <param name="picture">The pattern, and after the pattern separator another one for negative numbers.</param>
    /// <param name="options">Properties of the decimal format that differ from the standard; where a single character is meant the first one counts.</param>
    /// <exception cref="JsonataException">D3080 to D3093: it is no picture.</exception>
    public static NumberPicture Read(string picture, IReadOnlyDictionary<string, string>? options)
    {
        var format = new DecimalFormat(options);
        var texts = picture.Split(format.PatternSeparator);
        return texts.Length <= 2
            ? new(format, Array.ConvertAll(texts, text => new SubPicture(text, format)))
            : throw new JsonataException("D3080", $"The number picture '{picture}' has more than two patterns.", token: "formatNumber");
    }

    /// <summary>Writes a number.</summary>
    public string Format(double value)
    {
        if (double.IsNaN(value))
            return _format.NotANumber;

        var pattern = value < 0 ? _patterns[^1] : _patterns[0];
        var minus = value < 0 && _patterns.Length == 1 ? _format.MinusSign : "";
        return minus + pattern.Prefix + Magnitude(Math.Abs(value) * pattern.Multiplier, pattern, _format) + pattern.Suffix;
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
