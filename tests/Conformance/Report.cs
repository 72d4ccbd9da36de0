using System.Globalization;
using Flow.Conformance.Judging;

namespace Flow.Conformance;

/// <summary>Prints what came of the cases.</summary>
internal static class Report
{
    public static void Print(IReadOnlyList<Verdict> verdicts, TextWriter output, bool isVerbose)
    {
        if (isVerbose)
        {
            foreach (var verdict in verdicts.Where(v => !v.Passed))
                output.WriteLine($"{verdict.Case.Name} ({verdict.Case.Group})\n  {string.Join("\n  ", verdict.Differences)}");
        }

        Table("category", verdicts.GroupBy(v => v.Case.Category), output);
        Table("kind, language, tier", verdicts.GroupBy(v => v.Case.Group), output);

        Share("pure JSONPath", verdicts.Where(v => v.Case is { QueryLanguage: "JSONPath", Tier: "pure" }), output);
        Share("executions and tables", verdicts.Where(v => v.Case.Kind is "execution" or "execution-batch"), output);
        Share("test-state", verdicts.Where(v => v.Case.Kind == "test-state" && v.Case.Category != "test-state-field-validation"), output);
        Share("definition checks", verdicts.Where(v => v.Case.Kind == "definition"), output);
        Share("JSONata", verdicts.Where(v => v.Case.Kind == "jsonata"), output);
        output.WriteLine($"conformance: {verdicts.Count(v => v.Passed)} passed, {verdicts.Count(v => !v.Passed)} failed");
    }

    private static void Share(string title, IEnumerable<Verdict> verdicts, TextWriter output)
    {
        var all = verdicts.ToList();
        if (all.Count > 0)
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{title}: {all.Count(v => v.Passed)} of {all.Count} ({100.0 * all.Count(v => v.Passed) / all.Count:0.0} %)"));
    }

    private static void Table(string title, IEnumerable<IGrouping<string, Verdict>> groups, TextWriter output)
    {
        output.WriteLine($"{title,-36} {"passed",6} {"failed",6}");
        foreach (var group in groups.OrderBy(g => g.Key, StringComparer.Ordinal))
            output.WriteLine($"{group.Key,-36} {group.Count(v => v.Passed),6} {group.Count(v => !v.Passed),6}");
        output.WriteLine();
    }
}
