using System.Text;
using Flow.Jsonata.Strings;
using Flow.Jsonata.Values;
using static Flow.Jsonata.Functions.Library;

namespace Flow.Jsonata.Functions;

/// <summary>Functions of texts that look for another text or a pattern.</summary>
internal static class PatternFunctions
{
    public static IReadOnlyList<NativeFunction> All { get; } =
    [
        Of("contains", "<s-(sf):b>", call => call[1] is string part
            ? call.Text(0).Contains(part, StringComparison.Ordinal)
            : Matcher.Matches(call.Evaluator, (Function)call[1]!, call.Text(0)).Any()),
        Of("match", "<s-f<s:o>n?:a<o>>", Match),
        Of("split", "<s-(sf)n?:a<s>>", Split),
        Of("replace", "<s-(sf)(sf)n?:s>", Replace),
    ];

    private static ArrayValue Match(Invocation call)
    {
        var result = ArrayValue.Sequence();
        foreach (var match in Matcher.Matches(call.Evaluator, (Function)call[1]!, call.Text(0)).Take(Limit(call, 2, "D3040")))
            result.Add(Described(match));
        return result;
    }

    private static ObjectValue Described(TextMatch match) => new()
    {
        ["match"] = match.Text,
        ["index"] = Numbers.Box(match.Start),
        ["groups"] = new ArrayValue([.. match.Groups]),
    };

    private static ArrayValue Split(Invocation call)
    {
        var text = call.Text(0);
        var limit = Limit(call, 2, "D3020");
        if (call[1] is string separator)
        {
            var parts = separator.Length == 0 ? CodePoints.Split(text) : text.Split(separator);
            return new ArrayValue([.. parts.Take(limit)]);
        }

        var result = new ArrayValue();
        var from = 0;
        foreach (var match in Matcher.Matches(call.Evaluator, (Function)call[1]!, text))
        {
            if (result.Count >= limit)
                return result;
            result.Add(text[from..match.Start]);
            from = match.End;
        }

        if (result.Count < limit)
            result.Add(text[from..]);
        return result;
    }

    private static string Replace(Invocation call)
    {
        var text = call.Text(0);
        if (call[1] is string { Length: 0 })
            throw new JsonataException("D3010", "The text to replace may not be empty.");
        var matches = call[1] is string part ? Occurrences(text, part) : Matcher.Matches(call.Evaluator, (Function)call[1]!, text);
        var result = new StringBuilder();
        var from = 0;
        foreach (var match in matches.Take(Limit(call, 3, "D3011")))
        {
            call.Evaluator.Budget.Step();
            var before = result.Length;
            result.Append(text, from, match.Start - from);
            AppendReplacement(call, result, match);
            call.Evaluator.Budget.Charge(2L * (result.Length - before));
            from = match.End;
        }

        return result.Append(text, from, text.Length - from).ToString();
    }

    private static void AppendReplacement(Invocation call, StringBuilder result, TextMatch match)
    {
        if (call[2] is string template)
        {
            if (call[1] is string)
                result.Append(template);
            else
                ReplacementTemplate.Append(result, template, match.Text, match.Groups);
            return;
        }

        result.Append(call.Evaluator.Apply(call[2], [Described(match)], null) as string
            ?? throw new JsonataException("D3012", "The function that replaces must give a text."));
    }

    private static IEnumerable<TextMatch> Occurrences(string text, string part)
    {
        for (var at = text.IndexOf(part, StringComparison.Ordinal); at >= 0; at = text.IndexOf(part, at + part.Length, StringComparison.Ordinal))
            yield return new(part, at, at + part.Length, []);
    }

    private static int Limit(Invocation call, int index, string code)
    {
        if (!call.Has(index))
            return int.MaxValue;
        return call.Number(index) is >= 0 and var limit ? (int)Math.Min(limit, int.MaxValue) : throw new JsonataException(code, "The limit may not be negative.");
    }
}
