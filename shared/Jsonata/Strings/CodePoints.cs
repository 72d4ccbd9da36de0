using System.Text;

namespace Flow.Jsonata.Strings;

/// <summary>Strings as sequences of code points; half of a surrogate pair counts as one.</summary>
internal static class CodePoints
{
    /// <summary>How many there are.</summary>
    public static int Count(ReadOnlySpan<char> text)
    {
        var count = 0;
        for (var i = 0; i < text.Length; i += WidthAt(text, i))
            count++;
        return count;
    }

    /// <summary>Those from a place on; a negative place counts from the end.</summary>
    /// <param name="text">The text.</param>
    /// <param name="start">Cut to an integer; before the beginning: the beginning.</param>
    /// <param name="length">How many; null: all that follow.</param>
    public static string Substring(string text, double start, double? length)
    {
        if (length <= 0)
            return "";

        var count = start < 0 || length is not null ? Count(text) : int.MaxValue;
        var first = Math.Truncate(count + start < 0 ? 0 : start);
        var from = first < 0 ? count + first : first;
        var to = length is null ? double.PositiveInfinity : Math.Truncate((start < 0 && count + start >= 0 ? count + start : Math.Max(start, 0)) + length.Value);
        if (to <= from)
            return "";

        var begin = Skip(text, 0, from);
        return text[begin..Skip(text, begin, to - from)];
    }

    /// <summary>So many code points of a text that is repeated as often as needed.</summary>
    public static void AppendRepeated(StringBuilder target, string text, int count)
    {
        var times = count / Count(text);
        for (var i = 0; i < times; i++)
            target.Append(text);
        target.Append(text.AsSpan(0, Skip(text, 0, count % Count(text))));
    }

    /// <summary>Each as a text of its own.</summary>
    public static IEnumerable<string> Split(string text)
    {
        for (var i = 0; i < text.Length; i += WidthAt(text, i))
            yield return text.Substring(i, WidthAt(text, i));
    }

    private static int Skip(string text, int index, double count)
    {
        for (; count > 0 && index < text.Length; count--)
            index += WidthAt(text, index);
        return index;
    }

    private static int WidthAt(ReadOnlySpan<char> text, int index) =>
        char.IsHighSurrogate(text[index]) && index + 1 < text.Length && char.IsLowSurrogate(text[index + 1]) ? 2 : 1;
}
