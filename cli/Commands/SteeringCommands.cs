using System.CommandLine;
using Flow.Cli.Output;
using Flow.Client;
using Flow.Contracts.Api;

namespace Flow.Cli.Commands;

/// <summary><c>flow cancel</c>, <c>pause</c>, <c>resume</c>, <c>redrive</c> and <c>rerun</c>: what operators do to one run.</summary>
internal static class SteeringCommands
{
    private static readonly Argument<string> Run = RunReference.Argument();
    private static readonly Option<string?> Reason = new("--reason") { Description = "Why, for the history" };
    private static readonly Option<string?> From = new("--from") { Description = "Node to go on at; default: the one the run stands at" };
    private static readonly Option<string?> Input = new("--input") { Description = "Input for that node, which then begins anew: JSON, @file or - (standard input); default: the one it had" };
    private static readonly Option<int?> Version = new("--version") { Description = "Version of the workflow to go on with; default: the run's own" };

    public static Command BuildCancel() => Build(
        "cancel", "End a run as cancelled. Late results do not revive it.", [Reason],
        (client, runId, parsed, cancellationToken) => client.CancelRunAsync(runId, parsed.GetValue(Reason), cancellationToken),
        (run, _) => run.Status.IsTerminal() ? $"Run {run.RunId} is {run.Status}." : $"Run {run.RunId} is asked to stop; it is {run.Status} now. See its end with 'flow wait {RunReference.Short(run.RunId)}'.",
        "flow cancel 3f9a1c07 --reason 'wrong input'");

    public static Command BuildPause() => Build(
        "pause", "Have a run start nothing new until it is resumed. What is in flight ends and is kept.", [Reason],
        (client, runId, parsed, cancellationToken) => client.PauseRunAsync(runId, parsed.GetValue(Reason), cancellationToken),
        (run, _) => run.Status == RunStatus.Paused ? $"Run {run.RunId} is Paused. It goes on with 'flow resume {RunReference.Short(run.RunId)}'." : $"Run {run.RunId} is asked to pause; it is {run.Status} now.",
        "flow pause 3f9a1c07 --reason 'the warehouse is closed'");

    public static Command BuildResume() => Build(
        "resume", "Let a paused run go on with exactly what had not run.", [],
        (client, runId, _, cancellationToken) => client.ResumeRunAsync(runId, cancellationToken),
        (run, _) => $"Run {run.RunId} is {run.Status}.",
        "flow resume 3f9a1c07");

    public static Command BuildRedrive() => Build(
        "redrive", "Let a run that failed, was cancelled or timed out go on. Branches and iterations that ended well are not run again.", [From, Input, Version],
        async (client, runId, parsed, cancellationToken) => await client.RedriveRunAsync(
            runId,
            new RedriveRequest(parsed.GetValue(From), parsed.GetValue(Input) is { } input ? await Values.JsonAsync("--input", input, cancellationToken) : null, parsed.GetValue(Version)),
            cancellationToken),
        (run, _) => $"Run {run.RunId} goes on and is {run.Status}, at {run.Node}.",
        "flow redrive 3f9a1c07", "flow redrive 3f9a1c07 --from Charge --input '{\"card\": \"new\"}' --version 4");

    public static Command BuildRerun() => Build(
        "rerun", "Start a new run with the workflow, version, input and labels of one that has ended.", [],
        (client, runId, _, cancellationToken) => client.RerunAsync(runId, cancellationToken: cancellationToken),
        (run, source) => $"Run {run.RunId} of {run.Workflow} started, as {RunReference.Short(source)} once more. See its end with 'flow wait {RunReference.Short(run.RunId)}'.",
        "flow rerun 3f9a1c07");

    private static Command Build(
        string name,
        string description,
        Option[] options,
        Func<IFlowClient, Guid, ParseResult, CancellationToken, Task<RunSummary>> act,
        Func<RunSummary, Guid, string> tell,
        params string[] examples)
    {
        var command = new Command(name, description) { Run };
        foreach (var option in options)
            command.Options.Add(option);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var client = parsed.Client();
            var runId = await RunReference.ResolveAsync(client, parsed.GetRequiredValue(Run), cancellationToken);
            var run = await act(client, runId, parsed, cancellationToken);
            if (parsed.WantsJson())
                Terminal.WriteJson(run);
            else
                await Console.Out.WriteLineAsync(tell(run, runId));
            return ExitCode.Ok;
        });
        return command.WithExamples(examples);
    }
}
