using Flow.Cli.Output;
using Flow.Contracts.Api;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Flow.Cli.Demo;

/// <summary>Shows a run while it runs: a table redrawn in place on a terminal, plain lines elsewhere.</summary>
internal static class ProgressView
{
    /// <summary>Without a terminal a node that many scopes pass prints a line for each so many of them.</summary>
    private const int LineEvery = 25;

    private static readonly TimeSpan DrawEvery = TimeSpan.FromMilliseconds(40);

    public static async Task<RunProgress> FollowAsync(IAsyncEnumerable<HistoryEntry> history, OutputFormat format, CancellationToken cancellationToken)
    {
        var progress = new RunProgress();
        if (format == OutputFormat.Table && Terminal.IsInteractive)
        {
            await Terminal.Out.Live(Table(progress)).StartAsync(async live =>
            {
                var drawn = TimeProvider.System.GetTimestamp();
                await foreach (var entry in history.WithCancellation(cancellationToken))
                {
                    progress.Take(entry);
                    if (TimeProvider.System.GetElapsedTime(drawn) < DrawEvery)
                        continue;
                    live.UpdateTarget(Table(progress));
                    drawn = TimeProvider.System.GetTimestamp();
                }

                live.UpdateTarget(Table(progress));
            });
            return progress;
        }

        await foreach (var entry in history.WithCancellation(cancellationToken))
        {
            if (progress.Take(entry) is { } node && format == OutputFormat.Table && Line(node, entry) is { } line)
                Terminal.Out.WriteLine(line);
        }

        return progress;
    }

    private static string? Line(NodeProgress node, HistoryEntry entry) => entry.Event.Type switch
    {
        "TaskFailed" => $"  {node.Node}: attempt failed: {entry.Event.Error}: {entry.Event.Cause}",
        var type when type.EndsWith("StateEntered", StringComparison.Ordinal) && node.Entered == 1 => $"  {node.Node}: entered",
        var type when type.EndsWith("StateExited", StringComparison.Ordinal) && (node.Done == 1 || node.Done % LineEvery == 0) =>
            $"  {node.Node}: {Words.Number(node.Done)} done",
        _ => null,
    };

    private static IRenderable Table(RunProgress progress)
    {
        var table = new Table().NoBorder();
        table.AddColumn(new TableColumn("[dim]node[/]") { NoWrap = true });
        foreach (var header in (string[])["running", "done", "failed attempts"])
            table.AddColumn(new TableColumn($"[dim]{header}[/]") { NoWrap = true }.RightAligned());
        foreach (var node in progress.Nodes)
        {
            table.AddRow(
                node.Running > 0 ? $"[blue]{Words.Text(node.Node)}[/]" : Words.Text(node.Node),
                node.Running > 0 ? $"[blue]{node.Running}[/]" : "",
                $"[green]{node.Done}[/]",
                node.FailedAttempts > 0 ? $"[yellow]{node.FailedAttempts}[/]" : "");
        }

        return table;
    }
}
