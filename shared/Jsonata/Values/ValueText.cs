using System.Text;
using Flow.Jsonata.Functions;

namespace Flow.Jsonata.Values;

/// <summary>Values as text: what <c>$string</c> gives.</summary>
internal static class ValueText
{
    private const int MaxDepth = 1_000;

    /// <summary>A text as it is, a function as nothing, anything else as JSON.</summary>
    public static string Of(object? value, bool isIndented = false)
    {
        switch (value)
        {
            case null or Function:
                return "";
            case string text:
                return text;
            case double number when !double.IsFinite(number):
                throw new JsonataException("D3001", "A number that is not finite has no text.");
        }

        var result = new StringBuilder();
        Append(result, value, isIndented, 0);
        return result.ToString();
    }

    private static void Append(StringBuilder result, object? value, bool isIndented, int depth)
    {
        if (depth >= MaxDepth)
            throw new JsonataException("U1001", $"The value is nested deeper than {MaxDepth} levels.");
        switch (value)
        {
            case string text:
                AppendQuoted(result, text);
                break;
            case double number:
                result.Append(double.IsFinite(number) ? NumberText.Rounded(number) : throw new JsonataException("D3001", "A number that is not finite has no text."));
                break;
            case bool flag:
                result.Append(flag ? "true" : "false");
                break;
            case ArrayValue array:
                AppendAll(result, '[', ']', array.Items, (item) => Append(result, item, isIndented, depth + 1), isIndented, depth);
                break;
            case ObjectValue made:
                AppendAll(result, '{', '}', [.. made.Members.Where(m => m.Value is not null)], member =>
                {
                    AppendQuoted(result, member.Key);
                    result.Append(isIndented ? ": " : ":");
                    Append(result, member.Value, isIndented, depth + 1);
                }, isIndented, depth);
                break;
            case Function:
                result.Append("\"\"");
                break;
            default:
                result.Append("null");
                break;
        }
    }

    private static void AppendAll<T>(StringBuilder result, char open, char close, IReadOnlyList<T> items, Action<T> append, bool isIndented, int depth)
    {
        result.Append(open);
        for (var i = 0; i < items.Count; i++)
        {
            if (i > 0)
                result.Append(',');
            if (isIndented)
                result.Append('\n').Append(' ', 2 * (depth + 1));
            append(items[i]);
        }

        if (isIndented && items.Count > 0)
            result.Append('\n').Append(' ', 2 * depth);
        result.Append(close);
    }

    private static void AppendQuoted(StringBuilder result, string text)
    {
        result.Append('"');
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            _ = c switch
            {
                '"' => result.Append("\\\""),
                '\\' => result.Append(@"\\"),
                '\n' => result.Append(@"\n"),
                '\r' => result.Append(@"\r"),
                '\t' => result.Append(@"\t"),
                '\b' => result.Append(@"\b"),
                '\f' => result.Append(@"\f"),
                < ' ' => result.Append($@"\u{(int)c:x4}"),
                _ when char.IsSurrogate(c) && !IsPaired(text, i) => result.Append($@"\u{(int)c:x4}"),
                _ => result.Append(c),
            };
        }

        result.Append('"');
    }

    private static bool IsPaired(string text, int i) => char.IsHighSurrogate(text[i])
        ? i + 1 < text.Length && char.IsLowSurrogate(text[i + 1])
        : i > 0 && char.IsHighSurrogate(text[i - 1]);
}
