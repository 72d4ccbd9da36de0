using System.CommandLine;
using Flow.Cli.Output;
using Flow.Contracts.Api;

namespace Flow.Cli.Commands;

/// <summary><c>flow workers</c> and <c>flow workers drain</c>.</summary>
internal static class WorkersCommand
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(500);

    private static readonly Argument<string?> Shown = new("worker") { Description = "Id of one worker, with what it has in hand [default: all workers]", Arity = ArgumentArity.ZeroOrOne };
    private static readonly Argument<string> Drained = new("worker") { Description = "Id of the worker, as 'flow workers' shows it" };
    private static readonly Option<bool> Exit = new("--exit") { Description = "End its process when it is drained [default: it stays up and takes nothing until it is started anew]" };
    private static readonly Option<bool> Wait = new("--wait", "-w") { Description = "Wait until it is drained" };

    public static Command Build()
    {
        var drain = new Command("drain", "Ask a worker to take nothing more. It finishes what it has, or gives it back after its ShutdownTimeoutSeconds.") { Drained, Exit, Wait };
        drain.SetAction(DrainAsync);
        drain.WithExamples("flow workers drain node-7-4211-9f03ab1c", "flow workers drain node-7-4211-9f03ab1c --exit --wait");
        var command = new Command("workers", "List the workers that the orchestrator heard of lately, or show one with what it has in hand.") { Shown, drain };
        command.SetAction(ShowAsync);
        return command.WithExamples("flow workers", "flow workers node-7-4211-9f03ab1c", "flow workers -o json", "flow workers drain node-7-4211-9f03ab1c --wait");
    }

    private static async Task<int> ShowAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var client = parsed.Client();
        if (parsed.GetValue(Shown) is { } id)
        {
            var worker = await client.GetWorkerAsync(id, cancellationToken);
            if (parsed.WantsJson())
                Terminal.WriteJson(worker);
            else
                WorkerPrinter.Print(worker);
            return ExitCode.Ok;
        }

        var page = await client.ListWorkersAsync(cancellationToken);
        if (parsed.WantsJson())
            Terminal.WriteJson(page);
        else
            WorkerPrinter.Print(page.Items);
        return ExitCode.Ok;
    }

    private static async Task<int> DrainAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var client = parsed.Client();
        var id = parsed.GetRequiredValue(Drained);
        var worker = await client.DrainWorkerAsync(id, parsed.GetValue(Exit), cancellationToken);
        while (parsed.GetValue(Wait) && worker is { Activity: not WorkerActivity.Drained, State: WorkerState.Alive or WorkerState.Stale })
        {
            await Task.Delay(LookEvery, TimeProvider.System, cancellationToken);
            worker = await client.GetWorkerAsync(id, cancellationToken);
        }

        if (parsed.WantsJson())
            Terminal.WriteJson(worker);
        else if (!parsed.GetValue(Wait))
            await Console.Out.WriteLineAsync($"Worker {id} is asked to take nothing more. See how far it is with 'flow workers {id}'.");
        else
            await Console.Out.WriteLineAsync($"Worker {id} is {(worker.State is WorkerState.Alive or WorkerState.Stale ? worker.Activity.ToString() : worker.State.ToString())}.");
        return worker.State == WorkerState.Dead ? ExitCode.Failed : ExitCode.Ok;
    }
}
