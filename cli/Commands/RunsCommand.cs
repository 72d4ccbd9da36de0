using System.CommandLine;
using Flow.Cli.Output;
using Flow.Client;
using Flow.Contracts.Api;

namespace Flow.Cli.Commands;

/// <summary><c>flow runs</c>.</summary>
internal static class RunsCommand
{
    private const int MaxPageSize = 500;

    private static readonly Option<string?> Workflow = new("--workflow", "-w") { Description = "Only runs of this workflow" };
    private static readonly Option<RunStatus?> Status = new("--status", "-s") { Description = "Only runs that stand so", HelpName = Values.Names<RunStatus>("|"), CustomParser = argument => Values.OneOf<RunStatus>(argument) };
    private static readonly Option<string?> Name = new("--name") { Description = "Only runs with this name" };
    private static readonly Option<DateTimeOffset?> After = new("--started-after") { Description = "Only runs started since: a time, or how long ago (2h)", HelpName = "moment", CustomParser = Values.Moment };
    private static readonly Option<DateTimeOffset?> Before = new("--started-before") { Description = "Only runs started before: a time, or how long ago (2h)", HelpName = "moment", CustomParser = Values.Moment };
    private static readonly Option<int> Limit = new("--limit", "-n") { Description = $"How many runs, at most {MaxPageSize}", DefaultValueFactory = _ => 20, CustomParser = Values.Whole(1, MaxPageSize) };
    private static readonly Option<string?> Cursor = new("--cursor") { Description = "Go on where a list ended: its 'next'" };
    private static readonly Option<bool> Count = new("--count") { Description = "Only how many there are" };

    public static Command Build()
    {
        var command = new Command("runs", "List runs, the newest first.") { Workflow, Status, Name, After, Before, Limit, Cursor, Count };
        command.SetAction(RunAsync);
        return command.WithExamples(
            "flow runs",
            "flow runs --status failed --started-after 1h",
            "flow runs --workflow order --count",
            "flow runs --workflow order -o json | jq -r '.items[].runId'");
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var filter = new RunFilter
        {
            Workflow = parsed.GetValue(Workflow),
            Status = parsed.GetValue(Status),
            Name = parsed.GetValue(Name),
            StartedAfter = parsed.GetValue(After),
            StartedBefore = parsed.GetValue(Before),
            Limit = parsed.GetValue(Limit),
            Cursor = parsed.GetValue(Cursor),
        };
        if (parsed.GetValue(Count))
        {
            var count = await parsed.Client().CountRunsAsync(filter, cancellationToken);
            if (parsed.WantsJson())
                Terminal.WriteJson(new RunCount(count));
            else
                await Console.Out.WriteLineAsync(Words.Number(count));
            return ExitCode.Ok;
        }

        var page = await parsed.Client().ListRunsAsync(filter, cancellationToken);
        if (parsed.WantsJson())
            Terminal.WriteJson(page);
        else if (page.Items.Count == 0)
            Terminal.Note("No such runs. Start one with 'flow start <workflow>'.");
        else
            Print(page);
        return ExitCode.Ok;
    }

    private static void Print(Page<RunSummary> page)
    {
        var now = TimeProvider.System.GetUtcNow();
        var table = new PlainTable("run", "workflow", ">version", "status", ">started", ">took", "node", "name", "error");
        foreach (var run in page.Items)
        {
            table.Row(
                RunReference.Short(run.RunId),
                Words.Text(run.Workflow),
                run.Version.ToString(),
                Words.Status(run.Status),
                Words.Ago(run.StartedAt, now),
                Words.Duration((run.EndedAt ?? now) - run.StartedAt),
                Words.Text(run.Node),
                Words.Text(run.Name),
                Words.Text(run.Error));
        }

        table.Print();
        if (page.Next is not null)
            Terminal.Note($"There are more: add --cursor {page.Next}");
    }
}
