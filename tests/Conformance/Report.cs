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

        var pure = verdicts.Where(v => v.Case is { QueryLanguage: "JSONPath", Tier: "pure" }).ToList();
        if (pure.Count > 0)
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"pure JSONPath: {pure.Count(v => v.Passed)} of {pure.Count} ({100.0 * pure.Count(v => v.Passed) / pure.Count:0.0} %)"));
        output.WriteLine($"conformance: {verdicts.Count(v => v.Passed)} passed, {verdicts.Count(v => !v.Passed)} failed");
    }

    private static void Table(string title, IEnumerable<IGrouping<string, Verdict>> groups, TextWriter output)
    {
        output.WriteLine($"{title,-36} {"passed",6} {"failed",6}");
        foreach (var group in groups.OrderBy(g => g.Key, StringComparer.Ordinal))
            output.WriteLine($"{group.Key,-36} {group.Count(v => v.Passed),6} {group.Count(v => !v.Passed),6}");
        output.WriteLine();
    }
}
