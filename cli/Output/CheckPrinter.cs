using Flow.Transports.Checks;

namespace Flow.Cli.Output;

/// <summary>What <c>flow doctor</c> found.</summary>
internal static class CheckPrinter
{
    public static void Print(IReadOnlyList<CheckResult> checks, bool json)
    {
        if (json)
        {
            Terminal.WriteJson(new
            {
                problems = checks.Count(check => check.Status == CheckStatus.Problem),
                warnings = checks.Count(check => check.Status == CheckStatus.Warning),
                items = checks.Select(check => new { check.Subject, status = check.Status.ToString().ToLowerInvariant(), check.Finding, check.Remedy }),
            });
            return;
        }

        var table = new PlainTable("check", "status", "finding");
        foreach (var check in checks)
            table.Row(Words.Text(check.Subject), Status(check.Status), Words.Text(check.Remedy is null ? check.Finding : $"{check.Finding} {check.Remedy}"));
        table.Print();
    }

    private static string Status(CheckStatus status) => status switch
    {
        CheckStatus.Ok => "[green]ok[/]",
        CheckStatus.Warning => "[yellow]warning[/]",
        CheckStatus.Problem => "[red]problem[/]",
        _ => "[dim]unchecked[/]",
    };
}
