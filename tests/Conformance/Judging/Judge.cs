using System.Text.Json;
using Flow.Conformance.Cases;
using Flow.StatesLanguage;

namespace Flow.Conformance.Judging;

/// <summary>What came of a case.</summary>
internal sealed record Verdict(ConformanceCase Case, IReadOnlyList<string> Differences)
{
    public bool Passed => Differences.Count == 0;
}

/// <summary>Decides whether a case holds.</summary>
internal static class Judge
{
    /// <summary>Findings that say "not in Flow (yet)", and not "wrong".</summary>
    private static readonly HashSet<string> NotHere = ["unsupported-field", "unknown-resource"];

    public static Verdict Decide(ConformanceCase subject)
    {
        try
        {
            return new(subject, [.. subject.Kind switch
            {
                "execution" => Executions.Judge(subject.Body),
                "execution-batch" => subject.Body.GetProperty("runs").EnumerateArray().Index().SelectMany(r => Executions.Judge(r.Item).Select(d => $"run {r.Index}: {d}")),
                "definition" => Definition(subject),
                "corpus" => Corpus(subject),
                "test-state" => NodeTests.Judge(subject.Body),
                "jsonata" => Expressions.Judge(subject.Body),
                var other => [$"cases of the kind {other} are not supported"],
            }]);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            return new(subject, [$"threw {e}"]);
        }
    }

    private static IEnumerable<string> Definition(ConformanceCase subject)
    {
        var text = subject.Body.TryGetProperty("definitionText", out var raw) ? raw.GetString()! : subject.Body.GetProperty("definition").GetRawText();
        var isExpress = subject.Body.TryGetProperty("stateMachineType", out var type) && type.GetString() == "EXPRESS";
        var reading = Flow.StatesLanguage.Definition.Read(text, isExpress ? StateMachineType.Express : StateMachineType.Standard);
        if (subject.Expected.GetProperty("valid").GetBoolean() != (reading.Definition is not null))
            yield return reading.Definition is null ? $"refused: {Show(reading.Findings)}" : "accepted";
    }

    private static IEnumerable<string> Corpus(ConformanceCase subject)
    {
        var findings = Flow.StatesLanguage.Definition.Read(subject.Body.GetProperty("text").GetString()!).Findings;
        var wrong = findings.Where(f => !NotHere.Contains(f.Rule)).ToList();
        if (subject.Body.GetProperty("expect").GetString() == "invalid")
            return wrong.Count > 0 ? [] : [findings.Count > 0 ? $"not judged: {Show(findings)}" : "accepted"];
        return wrong.Count == 0 ? [] : [$"refused: {Show(wrong)}"];
    }

    internal static string Show(IEnumerable<Finding> findings) => string.Join(" | ", findings.Select(f => $"{f.Pointer} {f.Rule}: {f.Message}"));
}
