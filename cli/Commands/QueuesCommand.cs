using System.CommandLine;
using Flow.Cli.Output;
using Flow.Contracts.Api;

namespace Flow.Cli.Commands;

/// <summary><c>flow queues</c>: how the work queues stand; pauses, resumes, purges and deletes one.</summary>
internal static class QueuesCommand
{
    private static readonly Argument<string> Queue = new("queue") { Description = "Name of the work queue, e.g. default" };
    private static readonly Option<string?> Reason = new("--reason") { Description = "Why, for 'flow why' and 'flow queues'" };
    private static readonly Option<bool> Yes = new("--yes") { Description = "Do it; without it, only say what would be thrown away" };

    private static readonly Option<bool> Force = new("--force") { Description = "Pause and purge it first: the attempt of each item fails as Flow.Purged" };

    public static Command Build()
    {
        var command = new Command("queues", "List the work queues: what waits in their lanes, who serves them, which are paused; or pause, resume, purge or delete one.") { Pause(), Resume(), Purge(), Delete() };
        command.SetAction(ListAsync);
        return command.WithExamples("flow queues", "flow queues pause video --reason 'the encoder is broken'", "flow queues resume video", "flow queues purge video --yes", "flow queues delete video");
    }

    private static Command Pause() => Verb(
        "pause", "Have workers begin nothing more of a queue. What they have in hand ends.", [Reason],
        (parsed, cancellationToken) => parsed.Client().PauseQueueAsync(parsed.GetRequiredValue(Queue), parsed.GetValue(Reason), cancellationToken),
        queue => $"Queue '{queue.Queue}' is paused. It is served again with 'flow queues resume {queue.Queue}'.",
        "flow queues pause video --reason 'the encoder is broken'");

    private static Command Resume() => Verb(
        "resume", "Let a paused queue be served again.", [],
        (parsed, cancellationToken) => parsed.Client().ResumeQueueAsync(parsed.GetRequiredValue(Queue), cancellationToken),
        queue => $"Queue '{queue.Queue}' is not paused{(queue.Workers.Count == 0 ? "; no worker says that it serves it" : "")}.",
        "flow queues resume video");

    private static Command Purge()
    {
        var command = new Command("purge", "Throw away the items that wait in a queue. The attempt of each fails as Flow.Purged: Retry tries it again only where it names that, Catch goes on.") { Queue, Yes };
        command.SetAction(PurgeAsync);
        return command.WithExamples("flow queues purge video", "flow queues purge video --yes");
    }

    private static Command Delete()
    {
        var command = new Command("delete", "Delete a queue from the broker, in all its lanes. One that holds items or is served is refused, unless forced. What was put aside stays in its error queues.") { Queue, Force };
        command.SetAction(DeleteAsync);
        return command.WithExamples("flow queues delete video", "flow queues delete video --force");
    }

    private static async Task<int> DeleteAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var deleted = await parsed.Client().DeleteQueueAsync(parsed.GetRequiredValue(Queue), parsed.GetValue(Force), cancellationToken);
        if (parsed.WantsJson())
        {
            Terminal.WriteJson(deleted);
            return ExitCode.Ok;
        }

        await Console.Out.WriteLineAsync($"Queue '{deleted.Queue}' is deleted; thrown away: {Items(deleted.Items)}.");
        if (deleted.Left.Count > 0)
            await Console.Out.WriteLineAsync($"These stay, with what was put aside: {string.Join(", ", deleted.Left)}.");
        if (deleted.Workers.Count > 0)
            await Console.Out.WriteLineAsync($"Its workers create it anew while they serve it: {string.Join(", ", deleted.Workers)}.");
        return ExitCode.Ok;
    }

    private static async Task<int> ListAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var page = await parsed.Client().ListQueuesAsync(cancellationToken);
        if (parsed.WantsJson())
        {
            Terminal.WriteJson(page);
            return ExitCode.Ok;
        }

        var now = TimeProvider.System.GetUtcNow();
        var table = new PlainTable("queue", ">critical", ">default", ">low", "oldest", "workers", "state");
        foreach (var queue in page.Items)
        {
            table.Row(
            [
                Words.Text(queue.Queue),
                .. queue.Lanes.Select(lane => lane.Depth is { } depth ? Words.Number(depth) : "?"),
                queue.OldestAt is { } oldest ? Words.Ago(oldest, now) : "",
                Words.Number(queue.Workers.Count),
                State(queue, now),
            ]);
        }

        table.Print();
        return ExitCode.Ok;
    }

    private static string State(WorkQueue queue, DateTimeOffset now) => queue switch
    {
        { PausedAt: { } since } => $"[yellow]paused[/] {Words.Ago(since, now)}{(queue.PauseReason is null ? "" : $": {Words.Text(Words.Line(queue.PauseReason))}")}",
        { IsUnserved: true } => "[red]unserved[/]",
        _ => "",
    };

    private static async Task<int> PurgeAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var (client, name) = (parsed.Client(), parsed.GetRequiredValue(Queue));
        if (!parsed.GetValue(Yes))
        {
            var queue = await client.GetQueueAsync(name, cancellationToken);
            var items = queue.Depth is { } depth
                ? $"{Items(depth)} ({string.Join(", ", queue.Lanes.Select(lane => $"{lane.Priority.ToString().ToLowerInvariant()} {Words.Number(lane.Depth ?? 0)}"))})"
                : "all items";
            throw CliException.Usage($"It would throw away {items} of queue '{name}', and fail the attempt of each as Flow.Purged. To do so add --yes.");
        }

        long purged = 0;
        PurgedQueue done;
        do
        {
            done = await client.PurgeQueueAsync(name, cancellationToken);
            purged += done.Items;
        }
        while (!done.IsComplete);

        if (parsed.WantsJson())
            Terminal.WriteJson(done with { Items = purged });
        else
            await Console.Out.WriteLineAsync($"Thrown away: {Items(purged)} of queue '{name}'.");
        return ExitCode.Ok;
    }

    private static string Items(long count) => $"{Words.Number(count)} item{(count == 1 ? "" : "s")}";

    private static Command Verb(
        string name, string description, Option[] options, Func<ParseResult, CancellationToken, Task<WorkQueue>> act, Func<WorkQueue, string> tell, string example)
    {
        var command = new Command(name, description) { Queue };
        foreach (var option in options)
            command.Add(option);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var queue = await act(parsed, cancellationToken);
            if (parsed.WantsJson())
                Terminal.WriteJson(queue);
            else
                await Console.Out.WriteLineAsync(tell(queue));
            return ExitCode.Ok;
        });
        return command.WithExamples(example);
    }
}
