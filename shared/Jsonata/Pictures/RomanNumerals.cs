using System.Numerics;
using System.Text;

namespace Flow.Jsonata.Pictures;

/// <summary>Roman numerals. Zero is empty.</summary>
internal sealed class RomanNumerals(LetterCase letterCase) : IntegerFormat
{
    private const int Greatest = 1_000_000;

    private static readonly (int Value, string Numeral)[] Numerals =
    [
        (1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"), (50, "L"), (40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"),
    ];

    public override string Format(BigInteger magnitude)
    {
        if (magnitude > Greatest)
            throw new JsonataException("D3130", $"Roman numerals end at {Greatest}.");

        var rest = (int)magnitude;
        var text = new StringBuilder();
        foreach (var (value, numeral) in Numerals)
        {
            for (; rest >= value; rest -= value)
                text.Append(numeral);
        }

        return letterCase.Apply(text.ToString());
    }

    public override double? Parse(string text)
    {
        var total = 0.0;
        var greatest = 1;
        for (var i = text.Length - 1; i >= 0; i--)
        {
            var value = ValueOf(text[i]);
            if (value == 0)
                return null;
            greatest = Math.Max(greatest, value);
            total += value < greatest ? -value : value;
        }

        return total;
    }

    public override bool Uses(char character) => ValueOf(character) > 0;

    private int ValueOf(char numeral) =>
        char.IsAsciiLetterUpper(numeral) == (letterCase == LetterCase.Upper)
            ? char.ToUpperInvariant(numeral) switch { 'M' => 1000, 'D' => 500, 'C' => 100, 'L' => 50, 'X' => 10, 'V' => 5, 'I' => 1, _ => 0 }
            : 0;
}
