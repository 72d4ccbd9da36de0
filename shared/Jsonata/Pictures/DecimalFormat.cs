namespace Flow.Jsonata.Pictures;

/// <summary>The characters of a number picture and of the numbers it makes: XPath's decimal format.</summary>
internal sealed class DecimalFormat
{
    private readonly IReadOnlyDictionary<string, string>? _options;

    public DecimalFormat(IReadOnlyDictionary<string, string>? options)
    {
        _options = options;
        DecimalSeparator = Sign("decimal-separator", '.');
        GroupingSeparator = Sign("grouping-separator", ',');
        ExponentSeparator = Sign("exponent-separator", 'e');
        ZeroDigit = Sign("zero-digit", '0');
        OptionalDigit = Sign("digit", '#');
        PatternSeparator = Sign("pattern-separator", ';');
        Percent = Text("percent", "%");
        PerMille = Text("per-mille", "‰");
        MinusSign = Text("minus-sign", "-");
        Infinity = Text("infinity", "Infinity");
        NotANumber = Text("NaN", "NaN");
    }

    public char DecimalSeparator { get; }

    public char GroupingSeparator { get; }

    public char ExponentSeparator { get; }

    public char ZeroDigit { get; }

    public char OptionalDigit { get; }

    public char PatternSeparator { get; }

    public string Percent { get; }

    public string PerMille { get; }

    public string MinusSign { get; }

    public string Infinity { get; }

    public string NotANumber { get; }

    public bool IsDigit(char character) => character >= ZeroDigit && character < ZeroDigit + 10;

    public bool IsDigitOrOptional(char character) => IsDigit(character) || character == OptionalDigit;

    /// <summary>Whether it is a sign of the picture anywhere; <see cref="ExponentSeparator"/> is one only inside of a number.</summary>
    public bool IsActive(char character) =>
        IsDigitOrOptional(character) || character == DecimalSeparator || character == GroupingSeparator || character == PatternSeparator;

    /// <summary>ASCII digits in the digit family of this format.</summary>
    public string Localize(string digits) => ZeroDigit == '0' ? digits : string.Create(digits.Length, (digits, ZeroDigit), static (span, state) =>
    {
        for (var i = 0; i < span.Length; i++)
            span[i] = (char)(state.digits[i] - '0' + state.ZeroDigit);
    });

    private string Text(string name, string standard) => _options?.GetValueOrDefault(name) ?? standard;

    private char Sign(string name, char standard) => _options?.GetValueOrDefault(name) is { Length: > 0 } value ? value[0] : standard;
}
