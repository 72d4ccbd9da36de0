using System.Text;
using Flow.Jsonata.Evaluation;
using Flow.Jsonata.Functions;

namespace Flow.Jsonata.Values;

/// <summary>Values as text: what <c>$string</c> gives.</summary>
internal sealed class ValueText
{
    /// <summary>Most of a value that a message shows.</summary>
    private const int MostShown = 100;

    private readonly StringBuilder _text = new();
    private readonly Budget? _budget;
    private readonly bool _isIndented;

    private ValueText(Budget? budget, bool isIndented)
    {
        _budget = budget;
        _isIndented = isIndented;
    }

    /// <summary>A message needs no more.</summary>
    private bool IsShown => _budget is null && _text.Length > MostShown;

    /// <summary>A text as it is, a function as nothing, anything else as JSON.</summary>
    public static string Of(object? value, Budget budget, bool isIndented = false)
    {
        switch (value)
        {
            case null or Function:
                return "";
            case string text:
                return text;
            case double number:
                return Finite(number);
        }

        var made = new ValueText(budget, isIndented);
        made.Append(value, 0);
        return made._text.ToString();
    }

    /// <summary>The beginning of a value, for a message.</summary>
    public static string Shown(object? value)
    {
        if (value is double number)
            return NumberText.Exact(number);
        var made = new ValueText(budget: null, isIndented: false);
        made.Append(value, 0);
        var end = char.IsHighSurrogate(made._text[Math.Min(MostShown, made._text.Length) - 1]) ? MostShown - 1 : MostShown;
        return made._text.Length <= MostShown ? made._text.ToString() : made._text.ToString(0, end) + "…";
    }

    private static string Finite(double number) =>
        double.IsFinite(number) ? NumberText.Rounded(number) : throw new JsonataException("D3001", "A number that is not finite has no text.");

    private void Append(object? value, int depth)
    {
        if (IsShown)
            return;
        var before = _text.Length;
        switch (value)
        {
            case string text:
                AppendQuoted(_text, _budget is null && text.Length > MostShown ? text[..MostShown] : text);
                break;
            case double number:
                _text.Append(_budget is null ? NumberText.Exact(number) : Finite(number));
                break;
            case bool flag:
                _text.Append(flag ? "true" : "false");
                break;
            case ArrayValue array:
                AppendArray(array, depth);
                return;
            case ObjectValue made:
                AppendObject(made, depth);
                return;
            case Function:
                _text.Append("\"\"");
                break;
            default:
                _text.Append("null");
                break;
        }

        _budget?.Step();
        _budget?.Charge(2L * (_text.Length - before));
    }

    private void AppendArray(ArrayValue array, int depth)
    {
        _budget?.Descend();
        _text.Append('[');
        for (var i = 0; i < array.Count && !IsShown; i++)
        {
            Separate(i, depth + 1);
            Append(array.Items[i], depth + 1);
        }

        Close(']', array.Count, depth);
        _budget?.Ascend();
    }

    private void AppendObject(ObjectValue made, int depth)
    {
        _budget?.Descend();
        _text.Append('{');
        var count = 0;
        foreach (var (name, value) in made.Members)
        {
            if (IsShown)
                break;
            if (value is null)
                continue;
            Separate(count++, depth + 1);
            AppendQuoted(_text, name);
            _text.Append(_isIndented ? ": " : ":");
            _budget?.Charge(2L * name.Length);
            Append(value, depth + 1);
        }

        Close('}', count, depth);
        _budget?.Ascend();
    }

    private void Separate(int index, int depth)
    {
        if (index > 0)
            _text.Append(',');
        Indent(depth);
    }

    private void Close(char bracket, int count, int depth)
    {
        if (count > 0)
            Indent(depth);
        _text.Append(bracket);
        _budget?.Charge(4);
    }

    private void Indent(int depth)
    {
        if (!_isIndented)
            return;
        _text.Append('\n').Append(' ', 2 * depth);
        _budget?.Charge(4L * depth);
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
