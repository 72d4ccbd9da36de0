using System.CommandLine;
using Flow.Cli.Output;

namespace Flow.Cli.Commands;

/// <summary><c>flow run</c>.</summary>
internal static class RunCommand
{
    private static readonly Argument<string> Run = RunReference.Argument();

    public static Command Build()
    {
        var command = new Command("run", "Show one run with its input, output and error.") { Run };
        command.SetAction(RunAsync);
        return command.WithExamples("flow run 3f9a1c07", "flow run 3f9a1c07 -o json | jq .output");
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var client = parsed.Client();
        var details = await client.GetRunAsync(await RunReference.ResolveAsync(client, parsed.GetRequiredValue(Run), cancellationToken), cancellationToken);
        if (parsed.WantsJson())
            Terminal.WriteJson(details);
        else
            RunPrinter.Print(details);
        return ExitCode.Ok;
    }
}
