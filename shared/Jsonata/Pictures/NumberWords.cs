using System.Numerics;

namespace Flow.Jsonata.Pictures;

/// <summary>English words, as <c>three thousand, seven hundred and thirty-first</c>.</summary>
internal sealed class NumberWords(LetterCase letterCase, bool ordinal) : IntegerFormat
{
    private static readonly string[] Small =
    [
        "Zero", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine", "Ten",
        "Eleven", "Twelve", "Thirteen", "Fourteen", "Fifteen", "Sixteen", "Seventeen", "Eighteen", "Nineteen",
    ];

    private static readonly string[] SmallOrdinals =
    [
        "Zeroth", "First", "Second", "Third", "Fourth", "Fifth", "Sixth", "Seventh", "Eighth", "Ninth", "Tenth",
        "Eleventh", "Twelfth", "Thirteenth", "Fourteenth", "Fifteenth", "Sixteenth", "Seventeenth", "Eighteenth", "Nineteenth",
    ];

    private static readonly string[] Tens = ["Twenty", "Thirty", "Forty", "Fifty", "Sixty", "Seventy", "Eighty", "Ninety"];

    private static readonly (BigInteger Value, string Word)[] Scales =
        [(1_000_000_000_000, "Trillion"), (1_000_000_000, "Billion"), (1_000_000, "Million"), (1_000, "Thousand")];

    private static readonly Dictionary<string, double> Values = ValueOfEachWord();

    public override string Format(BigInteger magnitude) => letterCase.Apply(Words(magnitude, ordinal));

    public override double? Parse(string text)
    {
        // Sums that a scale word multiplies: "two thousand and seventeen" is 2 000 and 17, "nineteen hundred" is 1 900.
        var sums = new Stack<double>([0]);
        var words = text.Split([' ', ',', '-'], StringSplitOptions.RemoveEmptyEntries);
        foreach (var word in words)
        {
            if (word.Equals("and", StringComparison.OrdinalIgnoreCase))
                continue;
            if (!Values.TryGetValue(word, out var value))
                return null;

            if (value >= 100)
                sums.Push(sums.Pop() * value);
            else
                sums.Push(value + (sums.Peek() < 1000 ? sums.Pop() : 0));
        }

        var total = sums.Sum();
        return words.Length > 0 && double.IsFinite(total) ? total : null;
    }

    public override bool Uses(char character) => char.IsAsciiLetter(character) || character is ' ' or ',' or '-';

    private static string Words(BigInteger value, bool ordinal)
    {
        if (value < 20)
            return (ordinal ? SmallOrdinals : Small)[(int)value];

        if (value < 100)
        {
            var ten = Tens[((int)value / 10) - 2];
            return value % 10 > 0 ? $"{ten}-{Words(value % 10, ordinal)}" : ordinal ? ten[..^1] + "ieth" : ten;
        }

        var (scale, word) = value < 1000 ? (100, "Hundred") : Scales.First(s => s.Value <= value);
        var rest = value % scale;
        var head = $"{Words(value / scale, ordinal: false)} {word}";
        return rest.IsZero ? ordinal ? head + "th" : head : head + (rest < 100 ? " and " : ", ") + Words(rest, ordinal);
    }

    private static Dictionary<string, double> ValueOfEachWord()
    {
        var values = new Dictionary<string, double>(StringComparer.OrdinalIgnoreCase) { ["Hundred"] = 100, ["Hundredth"] = 100 };
        for (var i = 0; i < Small.Length; i++)
            values[Small[i]] = values[SmallOrdinals[i]] = i;
        for (var i = 0; i < Tens.Length; i++)
            values[Tens[i]] = values[Tens[i][..^1] + "ieth"] = 10 * (i + 2);
        foreach (var (value, word) in Scales)
            values[word] = values[word + "th"] = (double)value;
        return values;
    }
}
