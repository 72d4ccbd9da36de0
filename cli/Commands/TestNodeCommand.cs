using System.CommandLine;
using System.Text.Json;
using Flow.Cli.Output;
using Flow.Contracts.Api;
using Flow.Orchestrator.Definitions;
using Flow.StatesLanguage.NodeTesting;

namespace Flow.Cli.Commands;

/// <summary><c>flow workflows test</c>.</summary>
internal static class TestNodeCommand
{
    private const string JsonOrFile = "json|@file|-";

    private static readonly Argument<string> Source = new("file") { Description = "A definition or one state, in JSON or YAML (.json, .yaml, .yml, or - for standard input)" };
    private static readonly Option<string?> Node = new("--node", "-n") { Description = "Name of the node [default: the only one]" };
    private static readonly Option<string?> Input = Json("--input", "Raw input of the node [default: {}]", "-i");
    private static readonly Option<string?> MockResult = Json("--mock-result", "The work ends well with this: a Task's result, the array of a Map's or Parallel's outputs");
    private static readonly Option<string?> MockError = new("--mock-error") { Description = "The work fails with this error name" };
    private static readonly Option<string?> MockCause = new("--mock-cause") { Description = "With --mock-error: the cause" };
    private static readonly Option<string?> Context = Json("--context", "The context object [default: that of a new run]");
    private static readonly Option<string?> Variables = Json("--variables", "Variables by name [default: none]");
    private static readonly Option<int> RetryCount = new("--retry-count") { Description = "Retries made already", CustomParser = argument => Values.Whole(0, int.MaxValue)(argument) };
    private static readonly Option<int?> FailedIterations = new("--failed-iterations") { Description = "Of a Map: iterations that failed", CustomParser = argument => Values.Whole(0, int.MaxValue)(argument) };
    private static readonly Option<string?> FailedNode = new("--failed-node") { Description = "Of a Map or Parallel: the node in it that --mock-error comes from" };
    private static readonly Option<string?> ItemReaderData = new("--item-reader-data") { Description = "Of a Map with an ItemReader: the file it reads", HelpName = "file" };

    private static readonly Option<InspectionLevel> Level = new("--level")
    {
        Description = "info: the outcome; debug: and the data after each step; trace: and what the node asks others for [default: debug]",
        HelpName = Values.Names<InspectionLevel>("|"),
        CustomParser = Values.OneOf<InspectionLevel>,
    };

    public static Command Build()
    {
        var command = new Command("test", "Test one node with a mock in place of its work, and show the data after each step. Needs no orchestrator. Exit 1 when the node fails.")
        {
            Source, Node, Input, MockResult, MockError, MockCause, Context, Variables, Level, RetryCount, FailedIterations, FailedNode, ItemReaderData,
        };
        command.SetAction(RunAsync);
        return command.WithExamples(
            "flow workflows test order.asl.yaml --node Charge --input '{\"id\": 7, \"total\": 120}' --mock-result '{\"paid\": true}'",
            "flow workflows test order.asl.yaml --node Charge --mock-error PaymentRefused --mock-cause 'card expired' --retry-count 2",
            "flow workflows test state.json --input @input.json --variables '{\"limit\": 10}' --level trace -o json");
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var given = parsed.GetRequiredValue(Source);
        var (json, findings) = (await DefinitionFile.ReadAsync(given, cancellationToken)).ToJson();
        if (json is null)
            return FindingPrinter.Print(given, findings, parsed.WantsJson());

        var request = await RequestAsync(parsed, cancellationToken);
        var answer = NodeTests.Test(json, request, TimeProvider.System.GetUtcNow());
        if (answer.Refusal is { Rule: RefusalRules.InvalidDefinition } unsound)
            return FindingPrinter.Print(given, [.. unsound.Findings.Select(f => new DefinitionFinding(f.Pointer, f.Rule, f.Message))], parsed.WantsJson());
        if (answer.Outcome is not { } outcome)
            throw CliException.Usage(answer.Refusal!.Message);

        var result = NodeTests.Result(outcome, request.Level);
        if (parsed.WantsJson())
            Terminal.WriteJson(result);
        else
            NodeTestPrinter.Print(result);
        return result.Status == Contracts.Api.NodeTestStatus.Failed ? ExitCode.Failed : ExitCode.Ok;
    }

    private static async Task<TestNodeRequest> RequestAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var (error, cause) = (parsed.GetValue(MockError), parsed.GetValue(MockCause));
        var result = await ValueAsync(parsed, MockResult, cancellationToken);
        return new()
        {
            Node = parsed.GetValue(Node),
            Input = await ValueAsync(parsed, Input, cancellationToken) ?? default,
            Mock = result is null && error is null && cause is null ? null : new()
            {
                Result = result ?? default,
                ErrorOutput = error is null && cause is null ? null : new(error, cause),
            },
            Context = await ValueAsync(parsed, Context, cancellationToken),
            Variables = await ValueAsync(parsed, Variables, cancellationToken),
            Level = parsed.GetValue(Level),
            RetryCount = parsed.GetValue(RetryCount),
            FailedIterations = parsed.GetValue(FailedIterations),
            FailedNode = parsed.GetValue(FailedNode),
            ItemReaderData = parsed.GetValue(ItemReaderData) is { } file ? await Values.FileAsync(file, cancellationToken) : null,
        };
    }

    private static async Task<JsonElement?> ValueAsync(ParseResult parsed, Option<string?> option, CancellationToken cancellationToken) =>
        parsed.GetValue(option) is { } given ? await Values.JsonAsync(option.Name, given, cancellationToken) : null;

    private static Option<string?> Json(string name, string description, params string[] aliases) =>
        new(name, aliases) { Description = description, HelpName = JsonOrFile };
}
