using System.Numerics;

namespace Flow.Jsonata.Pictures;

/// <summary>a, b, … z, aa, ab, …: as spreadsheets name their columns. Zero is empty.</summary>
internal sealed class LetterNumerals(char first) : IntegerFormat
{
    private const int Letters = 26;

    public override string Format(BigInteger magnitude)
    {
        var letters = new Stack<char>();
        for (var rest = magnitude; rest > 0; rest = (rest - 1) / Letters)
            letters.Push((char)(first + (int)((rest - 1) % Letters)));
        return string.Concat(letters);
    }

    public override double? Parse(string text)
    {
        double value = 0;
        foreach (var letter in text)
        {
            if (!Uses(letter))
                return null;
            value = (value * Letters) + (letter - first) + 1;
        }

        return double.IsFinite(value) ? value : null;
    }

    public override bool Uses(char character) => character >= first && character < first + Letters;
}
