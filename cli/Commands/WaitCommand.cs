using System.CommandLine;
using Flow.Cli.Output;

namespace Flow.Cli.Commands;

/// <summary><c>flow wait</c>.</summary>
internal static class WaitCommand
{
    private static readonly Argument<string> Run = RunReference.Argument();
    private static readonly Option<TimeSpan?> Limit = new("--timeout") { Description = "Wait at most so long [default: until the run ends]", HelpName = "duration", CustomParser = Values.Duration };

    public static Command Build()
    {
        var command = new Command("wait", "Wait for the end of a run. Exit 0 when it succeeded, 1 when it ended otherwise or the time is up.") { Run, Limit };
        command.SetAction(RunAsync);
        return command.WithExamples("flow wait 3f9a1c07", "flow wait 3f9a1c07 --timeout 5m -o json | jq .output");
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var client = parsed.Client();
        var runId = await RunReference.ResolveAsync(client, parsed.GetRequiredValue(Run), cancellationToken);
        var details = await client.WaitForRunAsync(runId, parsed.GetValue(Limit) ?? Timeout.InfiniteTimeSpan, cancellationToken);
        return RunPrinter.PrintEnd(details, parsed.WantsJson());
    }
}
