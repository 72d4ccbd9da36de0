using System.CommandLine;
using Flow.Cli.Output;
using Flow.Client;

namespace Flow.Cli.Commands;

/// <summary><c>flow output</c>.</summary>
internal static class OutputCommand
{
    private static readonly Argument<string> Run = RunReference.Argument();
    private static readonly Option<string?> Node = new("--node") { Description = "The last output of this node [default: the output of the run]", HelpName = "name" };
    private static readonly Option<Guid?> Scope = new("--scope") { Description = "Of the node in this branch or iteration: a scopeId of 'flow history -o json' [default: the last of all]", HelpName = "id" };

    public static Command Build()
    {
        var command = new Command("output", "Print the output of a run, or the last output of one of its nodes, as JSON. With -o json: with what the HTTP API says beside it.") { Run, Node, Scope };
        command.SetAction(RunAsync);
        return command.WithExamples("flow output 3f9a1c07 | jq .total", "flow output 3f9a1c07 --node ReserveStock");
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var (node, scope) = (parsed.GetValue(Node), parsed.GetValue(Scope));
        if (node is null && scope is not null)
            throw CliException.Usage("--scope says where the output of a node is looked for: name one with --node.");
        var client = parsed.Client();
        var runId = await RunReference.ResolveAsync(client, parsed.GetRequiredValue(Run), cancellationToken);
        if (node is not null)
        {
            var given = await client.GetNodeOutputAsync(runId, node, scope, cancellationToken);
            if (parsed.WantsJson())
                Terminal.WriteJson(given);
            else
                Terminal.WriteJson(given.Output);
            return ExitCode.Ok;
        }

        var details = await client.GetRunAsync(runId, cancellationToken);
        if (parsed.WantsJson())
            Terminal.WriteJson(details);
        else if (details.Output is { } output)
            Terminal.WriteJson(output);
        if (details.Output is not null)
            return ExitCode.Ok;
        Terminal.Error($"Run {runId} has no output: it is {details.Run.Status}{(details.Run.Error is null ? "" : $" with {details.Run.Error}")}. That of one of its nodes is there with --node.");
        return ExitCode.Failed;
    }
}
