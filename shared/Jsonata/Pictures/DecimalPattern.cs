using System.Globalization;
using System.Numerics;

namespace Flow.Jsonata.Pictures;

/// <summary>Digits after a pattern such as <c>#,##0</c>: <c>#</c> is an optional digit, any decimal digit a mandatory one of its family, anything else a separator.</summary>
internal sealed class DecimalPattern : IntegerFormat
{
    private readonly char _zero;
    private readonly bool _ordinal;

    private DecimalPattern(char zero, int mandatory, int optional, Grouping grouping, bool ordinal)
    {
        _zero = zero;
        MandatoryDigits = mandatory;
        OptionalDigits = optional;
        Grouping = grouping;
        _ordinal = ordinal;
    }

    /// <summary>How many digits are written at least.</summary>
    public int MandatoryDigits { get; }

    public int OptionalDigits { get; }

    public Grouping Grouping { get; }

    /// <summary>Reads the pattern; null: it has no digit.</summary>
    /// <exception cref="JsonataException">D3131: its digits are of several families.</exception>
    public static DecimalPattern? TryRead(string pattern, bool ordinal)
    {
        char? zero = null;
        var (mandatory, optional) = (0, 0);
        var separators = new List<(int Position, string Separator)>();
        foreach (var rune in pattern.EnumerateRunes().Reverse())
        {
            if (rune.IsBmp && DigitValue((char)rune.Value) is >= 0 and var digit)
            {
                var family = (char)(rune.Value - digit);
                if (family != (zero ?? family))
                    throw new JsonataException("D3131", $"The digits of '{pattern}' are of several families.");
                zero = family;
                mandatory++;
            }
            else if (rune.Value == '#')
            {
                optional++;
            }
            else
            {
                separators.Add((mandatory + optional, rune.ToString()));
            }
        }

        return zero is null ? null : new(zero.Value, mandatory, optional, new(separators), ordinal);
    }

    /// <summary>The same pattern with another number of digits that are written at least.</summary>
    public DecimalPattern WithMandatoryDigits(int count) => new(_zero, count, OptionalDigits, Grouping, _ordinal);

    public override string Format(BigInteger magnitude)
    {
        var digits = magnitude.ToString(CultureInfo.InvariantCulture).PadLeft(MandatoryDigits, '0');
        if (_zero != '0')
            digits = string.Concat(digits.Select(d => (char)(d - '0' + _zero)));
        return Grouping.BeforePoint(digits) + (_ordinal ? Suffix(magnitude) : "");
    }

    public override double? Parse(string text)
    {
        var end = text.Length;
        if (_ordinal)
        {
            if (end < 2 || text[^2..].ToLowerInvariant() is not ("st" or "nd" or "rd" or "th"))
                return null;
            end -= 2;
        }

        var digits = new char[end];
        var count = 0;
        for (var i = 0; i < end; i++)
        {
            if (IsDigit(text[i]))
                digits[count++] = (char)(text[i] - _zero + '0');
            else if (!Grouping.Contains(text[i]))
                return null;
        }

        if (count == 0)
            return null;
        var value = double.Parse(digits.AsSpan(0, count), NumberStyles.None, CultureInfo.InvariantCulture);
        return double.IsFinite(value) ? value : null;
    }

    public override bool Uses(char character) =>
        IsDigit(character) || Grouping.Contains(character) || (_ordinal && char.ToLowerInvariant(character) is 's' or 't' or 'n' or 'd' or 'r' or 'h');

    public bool IsDigit(char character) => character >= _zero && character <= _zero + 9;

    private static int DigitValue(char character) =>
        char.GetUnicodeCategory(character) == UnicodeCategory.DecimalDigitNumber ? CharUnicodeInfo.GetDecimalDigitValue(character) : -1;

    private static string Suffix(BigInteger value) => (int)(value % 100) switch
    {
        >= 11 and <= 13 => "th",
        var rest => (rest % 10) switch { 1 => "st", 2 => "nd", 3 => "rd", _ => "th" },
    };
}
