using Flow.Client;
using Flow.Contracts.Api;

namespace Flow.Cli.Output;

/// <summary>One run, with everything about it.</summary>
internal static class RunPrinter
{
    private const int LabelWidth = 13;

    public static void Print(RunDetails details)
    {
        var run = details.Run;
        var now = TimeProvider.System.GetUtcNow();
        Line("run", run.RunId.ToString());
        Line("name", Words.Text(run.Name));
        Line("workflow", $"{Words.Text(run.Workflow)} version {run.Version}");
        Line("status", Words.Status(run.Status));
        Line("node", Words.Text(run.Node));
        Line("open scopes", details.OpenScopes > 0 ? Words.Number(details.OpenScopes) : null);
        Line("started", $"{run.StartedAt:yyyy-MM-dd HH:mm:ss}Z ({Words.Ago(run.StartedAt, now)})");
        Line("took", run.EndedAt is { } end ? Words.Duration(end - run.StartedAt) : null);
        Line("trigger", details.Trigger.ToString());
        Line("priority", details.Priority.ToString());
        Line("tags", Words.Text(string.Join(", ", details.Tags.Select(tag => $"{tag.Key}={tag.Value}"))));
        Line("error", run.Error is null ? null : $"[red]{Words.Text(run.Error)}[/]");
        Line("cause", Words.Text(details.Cause));
        Line("input", Words.Text(Terminal.Indented(details.Input)));
        Line("output", details.Output is { } output ? Words.Text(Terminal.Indented(output)) : null);
    }

    private static void Line(string label, string? value) => LabelledLine.Print(LabelWidth, label, value);

    /// <summary>0 when the run succeeded, 1 when it ended otherwise or has not ended.</summary>
    public static int ExitCodeOf(RunStatus status) => status == RunStatus.Succeeded ? ExitCode.Ok : ExitCode.Failed;

    /// <summary>Prints a run after a wait for its end, and says so when the time was up before.</summary>
    public static int PrintEnd(RunDetails details, bool json)
    {
        if (json)
            Terminal.WriteJson(details);
        else
            Print(details);
        if (!details.Run.Status.IsTerminal())
            Terminal.Error($"The time is up and run {details.Run.RunId} is still {details.Run.Status}. Wait on with 'flow wait {details.Run.RunId}'.");
        return ExitCodeOf(details.Run.Status);
    }
}
