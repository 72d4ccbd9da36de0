using System.Text;

namespace Flow.Jsonata.Pictures;

/// <summary>Where separators go among the digits of a number.</summary>
internal sealed class Grouping
{
    private readonly Dictionary<int, string> _separators = [];
    private readonly string _separator = "";

    /// <param name="separators">What stands in the picture, and after how many digits counted from the decimal point.</param>
    public Grouping(IReadOnlyList<(int Position, string Separator)> separators)
    {
        foreach (var (position, separator) in separators)
            _separators[position] = separator + _separators.GetValueOrDefault(position);

        if (separators.Count == 0 || separators.Any(s => s.Separator != separators[0].Separator))
            return;

        var interval = separators.Select(s => s.Position).Aggregate(GreatestCommonDivisor);
        if (interval > 0 && Enumerable.Range(1, separators.Count).All(i => _separators.ContainsKey(i * interval)))
            (Interval, _separator) = (interval, separators[0].Separator);
    }

    /// <summary>After how many digits the one separator comes again and again; 0: the separators stand where the picture has them and nowhere else.</summary>
    public int Interval { get; }

    public bool Contains(char character) => _separators.Values.Any(s => s.Contains(character));

    /// <summary>Puts the separators into the digits before a decimal point.</summary>
    public string BeforePoint(string digits)
    {
        if (_separators.Count == 0)
            return digits;

        var grouped = new StringBuilder(2 * digits.Length);
        for (var i = 0; i < digits.Length; i++)
        {
            if (i > 0)
                grouped.Append(At(digits.Length - i));
            grouped.Append(digits[i]);
        }

        return grouped.ToString();
    }

    /// <summary>Puts the separators into the digits after a decimal point, where nothing repeats.</summary>
    public string AfterPoint(string digits)
    {
        if (_separators.Count == 0)
            return digits;

        var grouped = new StringBuilder(2 * digits.Length);
        for (var i = 0; i < digits.Length; i++)
        {
            if (i > 0)
                grouped.Append(_separators.GetValueOrDefault(i));
            grouped.Append(digits[i]);
        }

        return grouped.ToString();
    }

    private string? At(int position) => Interval == 0 ? _separators.GetValueOrDefault(position) : position % Interval == 0 ? _separator : null;

    private static int GreatestCommonDivisor(int a, int b) => b == 0 ? a : GreatestCommonDivisor(b, a % b);
}
