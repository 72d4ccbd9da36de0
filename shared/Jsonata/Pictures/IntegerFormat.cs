using System.Numerics;

namespace Flow.Jsonata.Pictures;

/// <summary>One way of writing integers.</summary>
internal abstract class IntegerFormat
{
    /// <summary>Reads the picture of an integer.</summary>
    /// <exception cref="JsonataException">D3130: it names a numbering there is none of; D3131: its digits are of several families.</exception>
    public static IntegerFormat Read(string picture)
    {
        var modifierAt = picture.LastIndexOf(';');
        var primary = modifierAt < 0 ? picture : picture[..modifierAt];
        var ordinal = modifierAt >= 0 && picture.AsSpan(modifierAt + 1).StartsWith("o");
        return primary switch
        {
            "A" => new LetterNumerals('A'),
            "a" => new LetterNumerals('a'),
            "I" => new RomanNumerals(LetterCase.Upper),
            "i" => new RomanNumerals(LetterCase.Lower),
            "W" => new NumberWords(LetterCase.Upper, ordinal),
            "w" => new NumberWords(LetterCase.Lower, ordinal),
            "Ww" => new NumberWords(LetterCase.Title, ordinal),
            _ => DecimalPattern.TryRead(primary, ordinal) ?? throw new JsonataException("D3130", $"There is no numbering that begins with '{primary}'."),
        };
    }

    /// <summary>Writes an integer that is not negative.</summary>
    public abstract string Format(BigInteger magnitude);

    /// <summary>Reads an integer without sign that was written so; null: the text is none.</summary>
    public abstract double? Parse(string text);

    /// <summary>Whether the character can be part of an integer that is written so.</summary>
    public abstract bool Uses(char character);
}
