using System.Text;
using Flow.Jsonata.Strings;
using Flow.Jsonata.Values;
using static Flow.Jsonata.Functions.Library;

namespace Flow.Jsonata.Functions;

/// <summary>Functions of texts, but for those that look for patterns.</summary>
internal static class TextFunctions
{
    private const double LongestPadding = 10_000_000;

    public static IReadOnlyList<NativeFunction> All { get; } =
    [
        // Of one argument to higher-order functions: the place of an item is not a wish for indentation.
        new("string", Signature.Parse("<x-b?:s>"), 1, call => call[0] is { } value ? ValueText.Of(value is ArrayValue { IsInput: true } input ? input.Items[0] : value, call.Evaluator.Budget, call[1] is true) : null),
        Of("length", "<s-:n>", call => Numbers.Box(CodePoints.Count(call.Text(0)))),
        Of("substring", "<s-nn?:s>", call => CodePoints.Substring(call.Text(0), call.Has(1) ? call.Number(1) : 0, call.Has(2) ? call.Number(2) : null)),
        Of("substringBefore", "<s-s:s>", call => call.Has(1) && call.Text(0).IndexOf(call.Text(1), StringComparison.Ordinal) is var at and >= 0 ? call.Text(0)[..at] : call.Text(0)),
        Of("substringAfter", "<s-s:s>", call => call.Has(1) && call.Text(0).IndexOf(call.Text(1), StringComparison.Ordinal) is var at and >= 0 ? call.Text(0)[(at + call.Text(1).Length)..] : call.Text(0)),
        Of("lowercase", "<s-:s>", call => call.Text(0).ToLowerInvariant()),
        Of("uppercase", "<s-:s>", call => call.Text(0).ToUpperInvariant()),
        Of("trim", "<s-:s>", call => string.Join(' ', call.Text(0).Split([' ', '\t', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries))),
        Of("pad", "<s-ns?:s>", call => Padded(call, call.Text(0), call.Has(1) ? call.Number(1) : 0, call[2] is string { Length: > 0 } fill ? fill : " ")),
        Of("join", "<a<s>s?:s>", Join),
    ];

    private static string Padded(Invocation call, string text, double width, string fill)
    {
        if (Math.Abs(width) > LongestPadding)
            throw new JsonataException("U1001", $"A text can be padded to {LongestPadding} characters at most.");
        var missing = (int)Math.Abs(width) - CodePoints.Count(text);
        if (missing <= 0)
            return text;
        call.Evaluator.Budget.Charge(2L * missing * Math.Min(fill.Length, 2));
        var padding = new StringBuilder();
        CodePoints.AppendRepeated(padding, fill, missing);
        return width > 0 ? text + padding : padding + text;
    }

    private static string Join(Invocation call)
    {
        var texts = ((ArrayValue)call[0]!).Items;
        var separator = call[1] as string ?? "";
        call.Evaluator.Budget.Step(texts.Count);
        call.Evaluator.Budget.Charge(2 * (texts.Sum(t => (long)((string)t!).Length) + ((long)separator.Length * texts.Count)));
        return string.Join(separator, texts);
    }
}
