namespace Flow.Jsonata.Pictures;

/// <summary>One of the at most two patterns of a number picture, taken apart.</summary>
internal sealed class SubPicture
{
    private readonly DecimalFormat _format;
    private readonly string _text;
    private readonly string _active;
    private readonly string _mantissa;
    private readonly string _integer;
    private readonly string _fraction = "";
    private readonly string? _exponent;

    /// <exception cref="JsonataException">D3081 to D3093: the pattern breaks a rule.</exception>
    public SubPicture(string text, DecimalFormat format)
    {
        _format = format;
        _text = text;

        var (start, end) = ActiveRange();
        Prefix = text[..start];
        Suffix = text[end..];
        _active = text[start..end];
        _mantissa = _active;
        var exponentAt = _active.IndexOf(format.ExponentSeparator);
        if (exponentAt >= 0)
            (_mantissa, _exponent) = (_active[..exponentAt], _active[(exponentAt + 1)..]);
        _integer = _mantissa;
        var pointAt = _mantissa.IndexOf(format.DecimalSeparator);
        if (pointAt >= 0)
            (_integer, _fraction) = (_mantissa[..pointAt], _mantissa[(pointAt + 1)..]);

        Validate();
        Scale = _integer.Count(format.IsDigit);
        MinimumExponent = _exponent?.Count(format.IsDigit) ?? 0;
        (MinimumInteger, MinimumFraction, MaximumFraction) = Sizes();
        IntegerGrouping = new(Separators(_integer, fromRight: true));
        FractionGrouping = new(Separators(_fraction, fromRight: false));
    }

    public string Prefix { get; }

    public string Suffix { get; }

    /// <summary>How many digits the mantissa has before its point, when there is an exponent.</summary>
    public int Scale { get; }

    public int MinimumInteger { get; }

    public int MinimumFraction { get; }

    public int MaximumFraction { get; }

    /// <summary>0: no exponent.</summary>
    public int MinimumExponent { get; }

    public Grouping IntegerGrouping { get; }

    public Grouping FractionGrouping { get; }

    public double Multiplier => Has(_format.Percent) ? 100 : Has(_format.PerMille) ? 1000 : 1;

    private bool Has(string sign) => sign.Length > 0 && _text.Contains(sign, StringComparison.Ordinal);

    private bool Repeats(string sign) => Has(sign) && _text.IndexOf(sign, StringComparison.Ordinal) != _text.LastIndexOf(sign, StringComparison.Ordinal);

    private (int Start, int End) ActiveRange()
    {
        var start = 0;
        while (start < _text.Length && !_format.IsActive(_text[start]))
            start++;
        if (start == _text.Length)
            return (0, _text.Length);

        var end = _text.Length;
        while (!_format.IsActive(_text[end - 1]))
            end--;
        return (start, end);
    }

    /// <summary>The rules; of several broken ones the first here is reported.</summary>
    private void Validate()
    {
        var grouping = _format.GroupingSeparator;
        var pointAt = _text.IndexOf(_format.DecimalSeparator);
        var firstOptional = _integer.IndexOf(_format.OptionalDigit);
        var lastOptional = _fraction.LastIndexOf(_format.OptionalDigit);
        var ofHundreds = Has(_format.Percent) || Has(_format.PerMille);

        Forbid(_exponent is not null && (_exponent.Length == 0 || !_exponent.All(_format.IsDigit)), "D3093", "the exponent must be one or more mandatory digits");
        Forbid(_exponent is not null && ofHundreds, "D3092", "an exponent goes with neither percent nor per-mille");
        Forbid(lastOptional >= 0 && _fraction.Skip(lastOptional).Any(_format.IsDigit), "D3091", "a mandatory digit follows an optional one after the decimal separator");
        Forbid(firstOptional >= 0 && _integer.Take(firstOptional).Any(_format.IsDigit), "D3090", "a mandatory digit precedes an optional one before the decimal separator");
        Forbid(_text.Contains($"{grouping}{grouping}", StringComparison.Ordinal), "D3089", "two grouping separators are adjacent");
        Forbid(pointAt < 0 && _integer.EndsWith(grouping), "D3088", "a grouping separator is at the end of the integer part");
        Forbid(pointAt >= 0 && (_text[..pointAt].EndsWith(grouping) || _text[(pointAt + 1)..].StartsWith(grouping)), "D3087", "a grouping separator is next to the decimal separator");
        Forbid(_active.Any(c => !_format.IsActive(c) && c != _format.ExponentSeparator), "D3086", "a character without meaning stands among the signs of the number");
        Forbid(!_mantissa.Any(_format.IsDigitOrOptional), "D3085", "there is no digit");
        Forbid(Has(_format.Percent) && Has(_format.PerMille), "D3084", "percent and per-mille exclude each other");
        Forbid(Repeats(_format.PerMille), "D3083", "there is more than one per-mille sign");
        Forbid(Repeats(_format.Percent), "D3082", "there is more than one percent sign");
        Forbid(pointAt != _text.LastIndexOf(_format.DecimalSeparator), "D3081", "there is more than one decimal separator");
    }

    private void Forbid(bool broken, string code, string rule)
    {
        if (broken)
            throw new JsonataException(code, $"The number picture '{_text}' is not valid: {rule}.", token: "formatNumber");
    }

    private (int MinimumInteger, int MinimumFraction, int MaximumFraction) Sizes()
    {
        var integer = Scale;
        var minimum = _fraction.Count(_format.IsDigit);
        var maximum = _fraction.Count(_format.IsDigitOrOptional);

        if (integer == 0 && maximum == 0)
        {
            if (_exponent is null)
                integer = 1;
            else
                minimum = maximum = 1;
        }

        if (_exponent is not null && integer == 0 && _integer.Contains(_format.OptionalDigit))
            integer = 1;
        if (integer == 0 && minimum == 0)
            minimum = 1;
        return (integer, minimum, maximum);
    }

    private List<(int Position, string Separator)> Separators(string part, bool fromRight)
    {
        var digits = fromRight ? part.Count(_format.IsDigitOrOptional) : 0;
        var separators = new List<(int, string)>();
        foreach (var character in part)
        {
            if (_format.IsDigitOrOptional(character))
                digits += fromRight ? -1 : 1;
            else
                separators.Add((digits, character.ToString()));
        }

        return separators;
    }
}
