using System.Globalization;
using Flow.Contracts;
using Flow.Contracts.Api;

namespace Flow.Cli.Output;

/// <summary>Workers, one a line; or one with what it has in hand.</summary>
internal static class WorkerPrinter
{
    private const int LabelWidth = 13;

    public static void Print(IReadOnlyList<WorkerDetails> workers)
    {
        if (workers.Count == 0)
        {
            Terminal.Note("No worker was heard of. Start one ('flow worker', services/worker, or a service of your own with AddFlowWorker); after a restart of the orchestrator it takes a heartbeat.");
            return;
        }

        var now = TimeProvider.System.GetUtcNow();
        var table = new PlainTable("worker", "state", "activity", ">items", ">of", ">done", ">failed", ">heard", "queues");
        foreach (var worker in workers)
        {
            table.Row(
                Words.Text(worker.WorkerId),
                State(worker.State),
                Words.Text(Activity(worker)),
                Words.Number(worker.InFlight.Count),
                Words.Number(worker.Concurrency),
                Words.Number(worker.Succeeded),
                Words.Number(worker.Failed),
                Words.Ago(worker.HeardAt, now),
                Words.Text(string.Join(", ", worker.Queues)));
        }

        table.Print();
    }

    public static void Print(WorkerDetails worker)
    {
        var now = TimeProvider.System.GetUtcNow();
        Line("worker", Words.Text(worker.WorkerId));
        Line("host", Words.Text(worker.Host));
        Line("version", Words.Text(worker.Version));
        Line("state", State(worker.State));
        Line("activity", Words.Text(Activity(worker)));
        Line("queues", Words.Text(string.Join(", ", worker.Queues)));
        Line("handlers", Words.Text(string.Join(", ", worker.Handlers)));
        Line("resting", Words.Text(string.Join(", ", worker.Resting.Select(r => $"{r.Handler} (again {Words.Ago(r.Until, now)})"))));
        Line("attempts", $"{Words.Number(worker.Succeeded)} succeeded, {Words.Number(worker.Failed)} failed");
        Line("started", Words.Ago(worker.StartedAt, now));
        Line("heard", $"{Words.Ago(worker.HeardAt, now)}, every {Words.Number(worker.IntervalSeconds)} s");
        Line("items", $"{Words.Number(worker.InFlight.Count)} of {Words.Number(worker.Concurrency)}");
        if (worker.InFlight.Count == 0)
            return;
        var table = new PlainTable("run", "node", "handler", ">attempt", "call", ">since");
        foreach (var item in worker.InFlight)
            table.Row(RunReference.Short(item.RunId), Words.Text(item.Node), Words.Text(item.Handler), Words.Number(item.Attempt), $"{Number(item.Call)} of {Number(item.MaxCalls)}", Words.Ago(item.StartedAt, now));
        table.Print();
    }

    /// <summary>With the tries of the first item that was tried before: <c>Retrying (call 2 of 3)</c>, <c>Retrying (attempt 2)</c>.</summary>
    private static string Activity(WorkerDetails worker) => worker.Activity == WorkerActivity.Retrying ? $"Retrying ({Tries(worker.InFlight.First(WorkerCondition.WasTriedBefore))})" : worker.Activity.ToString();

    private static string Tries(InFlightItem item) => item.Call > 1 ? $"call {Number(item.Call)} of {Number(item.MaxCalls)}" : $"attempt {Number(item.Attempt)}";

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static string State(WorkerState state) => state switch
    {
        WorkerState.Alive => $"[green]{state}[/]",
        WorkerState.Dead => $"[red]{state}[/]",
        _ => $"[yellow]{state}[/]",
    };

    private static void Line(string label, string? value) => LabelledLine.Print(LabelWidth, label, value);
}
