using System.Text;

namespace Flow.Chaos.Tests;

/// <summary>The results as the table that docs/reliability.md shows.</summary>
internal static class ResultTable
{
    public static string Of(IEnumerable<CaseResult> results)
    {
        var text = new StringBuilder();
        text.AppendLine("| fault | times | runs | lost | recorded twice | unexplained | done again | recovery p50 | recovery max | slowest run |");
        text.AppendLine("|---|---|---|---|---|---|---|---|---|---|");
        foreach (var fault in results.GroupBy(result => result.Fault).OrderBy(fault => fault.Key, StringComparer.Ordinal))
        {
            TimeSpan[] recoveries = [.. fault.Select(result => result.Recovery).Order()];
            text.AppendLine(string.Join(
                " | ",
                $"| {fault.Key}",
                fault.Count(),
                fault.Sum(result => result.Findings.Runs),
                fault.Sum(result => result.Findings.Lost),
                fault.Sum(result => result.Findings.RecordedTwice),
                fault.Sum(result => result.Findings.Unexplained),
                fault.Sum(result => result.Findings.DoneAgain),
                $"{recoveries[(recoveries.Length - 1) / 2].TotalSeconds:0.0} s",
                $"{recoveries[^1].TotalSeconds:0.0} s",
                $"{fault.Max(result => result.Findings.Slowest).TotalSeconds:0.0} s |"));
        }

        return text.ToString();
    }
}
