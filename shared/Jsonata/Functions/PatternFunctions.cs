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
            : Matcher.Matches(call.Evaluator, call.Callable(1), call.Text(0)).Any()),
        Of("match", "<s-f<s:o>n?:a<o>>", Match),
        Of("split", "<s-(sf)n?:a<s>>", Split),
        Of("replace", "<s-(sf)(sf)n?:s>", Replace),
    ];

    private static ArrayValue Match(Invocation call)
    {
        var result = ArrayValue.Sequence();
        foreach (var match in Matcher.Matches(call.Evaluator, call.Callable(1), call.Text(0)).Take(Whole(Limit(call, 2, "D3040"))))
        {
            call.Evaluator.Budget.Charge(512 + (2L * match.Text.Length) + match.Groups.Sum(g => 32 + (2L * (g?.Length ?? 0))));
            result.Add(Described(match));
        }

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
        var parts = call[1] is string { Length: 0 } ? CodePoints.Split(text)
            : Between(text, call[1] is string separator ? Occurrences(text, separator) : Matcher.Matches(call.Evaluator, call.Callable(1), text));
        var result = new ArrayValue();
        foreach (var part in parts.Take(call[1] is string ? (int)Math.Floor(limit) : Whole(limit)))
        {
            call.Evaluator.Budget.Step();
            result.Add(call.Evaluator.Budget.Charged(part));
        }

        return result;
    }

    private static IEnumerable<string> Between(string text, IEnumerable<TextMatch> matches)
    {
        var from = 0;
        foreach (var match in matches)
        {
            yield return text[from..match.Start];
            from = match.End;
        }

        yield return text[from..];
    }

    private static string Replace(Invocation call)
    {
        var text = call.Text(0);
        if (call[1] is string { Length: 0 })
            throw new JsonataException("D3010", "The text to replace may not be empty.");
        var matches = call[1] is string part ? Occurrences(text, part) : Matcher.Matches(call.Evaluator, call.Callable(1), text);
        var result = new StringBuilder();
        var from = 0;
        foreach (var match in matches.Take(Whole(Limit(call, 3, "D3011"))))
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

        result.Append(call.Evaluator.Apply(call.Callable(2), [Described(match)], null) as string
            ?? throw new JsonataException("D3012", "The function that replaces must give a text."));
    }

    private static IEnumerable<TextMatch> Occurrences(string text, string part)
    {
        for (var at = text.IndexOf(part, StringComparison.Ordinal); at >= 0; at = text.IndexOf(part, at + part.Length, StringComparison.Ordinal))
            yield return new(part, at, at + part.Length, []);
    }

    private static double Limit(Invocation call, int index, string code)
    {
        if (!call.Has(index))
            return int.MaxValue;
        return call.Number(index) is >= 0 and var limit ? Math.Min(limit, int.MaxValue) : throw new JsonataException(code, "The limit may not be negative.");
    }

    /// <summary>How many there are before a limit is reached.</summary>
    private static int Whole(double limit) => (int)Math.Ceiling(limit);
}
