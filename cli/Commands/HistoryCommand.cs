using System.CommandLine;
using System.Globalization;
using Flow.Cli.Output;
using Flow.Client;
using Flow.Contracts.Api;
using Spectre.Console;

namespace Flow.Cli.Commands;

/// <summary><c>flow history</c>.</summary>
internal static class HistoryCommand
{
    private static readonly Argument<string> Run = RunReference.Argument();
    private static readonly Option<bool> Follow = new("--follow", "-f") { Description = "Print events as they happen, until the run ends" };

    public static Command Build()
    {
        var command = new Command("history", "List what happened in a run, in order. With -o json: one event a line.") { Run, Follow };
        command.SetAction(RunAsync);
        return command.WithExamples("flow history 3f9a1c07 --follow", "flow history 3f9a1c07 -o json | jq -c 'select(.event.error)'");
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var client = parsed.Client();
        var runId = await RunReference.ResolveAsync(client, parsed.GetRequiredValue(Run), cancellationToken);
        var history = new HistoryReader(client, runId);
        DateTimeOffset? start = null;
        await foreach (var entry in history.ReadAsync(parsed.GetValue(Follow), cancellationToken))
        {
            if (parsed.WantsJson())
                Terminal.WriteJsonLine(entry);
            else
                Terminal.Out.MarkupLine(Line(entry, runId, start ??= entry.Event.Timestamp));
        }

        return ExitCode.Ok;
    }

    private static string Line(HistoryEntry entry, Guid runId, DateTimeOffset start)
    {
        var e = entry.Event;
        var time = (e.Timestamp - start).TotalSeconds.ToString("+0.000;-0.000", CultureInfo.InvariantCulture).PadLeft(10);
        var scope = entry.ScopeId == runId ? "" : $" [dim]in {RunReference.Short(entry.ScopeId)}[/]";
        var index = e.Index is { } i ? $" #{i}" : "";
        var attempt = e.Attempt is > 1 and { } n ? $" [yellow]attempt {n}[/]" : "";
        var error = e.Error is null && e.Cause is null ? "" : $" [red]{Words.Text(e.Error)}[/] {Words.Text(Words.Line(e.Cause))}";
        return $"[dim]{time}[/]  {e.Type.PadRight(26)} {Words.Text(e.Node)}{index}{attempt}{error}{scope}".TrimEnd();
    }
}
