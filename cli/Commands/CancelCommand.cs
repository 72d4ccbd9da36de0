using System.CommandLine;
using Flow.Cli.Output;
using Flow.Client;

namespace Flow.Cli.Commands;

/// <summary><c>flow cancel</c>.</summary>
internal static class CancelCommand
{
    private static readonly Argument<string> Run = RunReference.Argument();
    private static readonly Option<string?> Reason = new("--reason") { Description = "Why, for the history" };

    public static Command Build()
    {
        var command = new Command("cancel", "End a run as cancelled. Late results do not revive it.") { Run, Reason };
        command.SetAction(RunAsync);
        return command.WithExamples("flow cancel 3f9a1c07 --reason 'wrong input'");
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var client = parsed.Client();
        var runId = await RunReference.ResolveAsync(client, parsed.GetRequiredValue(Run), cancellationToken);
        var run = await client.CancelRunAsync(runId, parsed.GetValue(Reason), cancellationToken);
        if (parsed.WantsJson())
            Terminal.WriteJson(run);
        else if (run.Status.IsTerminal())
            await Console.Out.WriteLineAsync($"Run {run.RunId} is {run.Status}.");
        else
            await Console.Out.WriteLineAsync($"Run {run.RunId} is asked to stop; it is {run.Status} now. See its end with 'flow wait {RunReference.Short(run.RunId)}'.");
        return ExitCode.Ok;
    }
}
