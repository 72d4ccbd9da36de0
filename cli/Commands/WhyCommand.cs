using System.CommandLine;
using Flow.Cli.Output;
using Flow.Contracts.Api;

namespace Flow.Cli.Commands;

/// <summary><c>flow why</c>.</summary>
internal static class WhyCommand
{
    private static readonly Argument<string> Run = RunReference.Argument();

    public static Command Build()
    {
        var command = new Command("why", "Say why a run stands where it stands, since when, and who can make it go on.") { Run };
        command.SetAction(RunAsync);
        return command.WithExamples("flow why 3f9a1c07");
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var client = parsed.Client();
        var runId = await RunReference.ResolveAsync(client, parsed.GetRequiredValue(Run), cancellationToken);
        var explanation = await client.ExplainRunAsync(runId, cancellationToken);
        if (parsed.WantsJson())
        {
            Terminal.WriteJson(explanation);
            return ExitCode.Ok;
        }

        await Console.Out.WriteLineAsync($"Run {explanation.RunId} is {explanation.Status}.");
        foreach (var hold in explanation.Holds)
            await WriteAsync(hold);
        if (!explanation.IsComplete)
            await Console.Out.WriteLineAsync("Only the first open branches and iterations were looked at.");
        return ExitCode.Ok;
    }

    private static async Task WriteAsync(Hold hold)
    {
        var many = hold.Scopes == 1 ? "" : $" ({hold.Scopes} branches or iterations)";
        await Console.Out.WriteLineAsync($"{hold.Reason}{(hold.Node is null ? "" : $" at {hold.Node}")}{many}: {hold.Text}");
        var now = TimeProvider.System.GetUtcNow();
        var since = hold.Since is { } began ? $"since {Words.Ago(began, now)}; " : "";
        var until = hold.Until is { } ends ? $", at the latest {Words.Ago(ends, now)}" : "";
        await Console.Out.WriteLineAsync($"  {since}{Who(hold.Actor)}{until}");
    }

    private static string Who(HoldActor actor) => actor switch
    {
        HoldActor.Flow => "it goes on by itself",
        HoldActor.Worker => "a worker makes it go on",
        HoldActor.TokenHolder => "the holder of the token makes it go on",
        _ => "an operator makes it go on",
    };
}
