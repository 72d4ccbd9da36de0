using System.CommandLine;
using System.Text.Json;
using Flow.Cli.Output;
using Flow.Client;
using Flow.Contracts.Api;

namespace Flow.Cli.Commands;

/// <summary><c>flow work-items</c>: the items of a run; and its verbs, for whoever holds the token of an attempt.</summary>
internal static class WorkItemsCommand
{
    private static readonly JsonElement Null = JsonElement.Parse("null");

    private static readonly Argument<string> Token = new("token") { Description = "The task token: the text of $$.Task.Token, as it was handed out" };
    private static readonly Option<string?> Result = new("--result") { Description = "Result of the node: JSON, @file, or - for standard input [default: null]", HelpName = "json" };
    private static readonly Option<string?> Error = new("--error") { Description = "Error name that Retry and Catch match", HelpName = "name" };
    private static readonly Option<string?> Cause = new("--cause") { Description = "What happened, for people", HelpName = "text" };
    private static readonly Option<string?> Progress = new("--progress") { Description = "How far it is: JSON, @file, or - for standard input", HelpName = "json" };

    private static readonly Argument<string> Run = RunReference.Argument();
    private static readonly Option<WorkItemStatus?> Status = new("--status", "-s") { Description = "Only items that stand so", HelpName = Values.Names<WorkItemStatus>("|"), CustomParser = argument => Values.OneOf<WorkItemStatus>(argument) };
    private static readonly Option<int> Limit = LongList.Limit("items");
    private static readonly Option<string?> Cursor = LongList.Cursor();

    public static Command Build()
    {
        var command = WithVerbs();
        command.SetAction(ListAsync);
        return command;
    }

    private static Command WithVerbs() => new Command("work-items", "List the work items of a run and how each stands; or complete, fail or keep alive an attempt whose task token you hold.")
    {
        Run,
        Status,
        Limit,
        Cursor,
        Verb("complete", "End the attempt well: the node gets the result.", CompleteAsync, Result)
            .WithExamples("flow work-items complete \"$TOKEN\" --result '{\"approved\": true}'"),
        Verb("fail", "Fail the attempt: Retry and Catch of the node decide what follows.", FailAsync, Error, Cause)
            .WithExamples("flow work-items fail \"$TOKEN\" --error Order.Declined --cause 'over the limit'"),
        Verb("heartbeat", "Say that the attempt is alive.", HeartbeatAsync, Progress)
            .WithExamples("flow work-items heartbeat \"$TOKEN\" --progress '{\"percent\": 40}'"),
    }.WithExamples(
        "flow work-items 3f9a1c07",
        "flow work-items 3f9a1c07 --status pending",
        "flow work-items complete \"$TOKEN\" --result '{\"approved\": true}'");

    private static async Task<int> ListAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var client = parsed.Client();
        var runId = await RunReference.ResolveAsync(client, parsed.GetRequiredValue(Run), cancellationToken);
        var page = await LongList.ReadAsync(
            (limit, cursor) => client.ListWorkItemsAsync(runId, parsed.GetValue(Status), limit, cursor, cancellationToken), parsed.GetValue(Limit), parsed.GetValue(Cursor));
        if (parsed.WantsJson())
            Terminal.WriteJson(page);
        else
            WorkItemPrinter.Print(page, runId);
        return ExitCode.Ok;
    }

    private static Command Verb(string name, string description, Func<ParseResult, CancellationToken, Task<RunSummary>> action, params Option[] options)
    {
        var command = new Command(name, description) { Token };
        foreach (var option in options)
            command.Add(option);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var run = await action(parsed, cancellationToken);
            if (parsed.WantsJson())
                Terminal.WriteJson(run);
            else
                await Console.Out.WriteLineAsync($"Told run {run.RunId}.");
            return ExitCode.Ok;
        });
        return command;
    }

    private static async Task<RunSummary> CompleteAsync(ParseResult parsed, CancellationToken cancellationToken) =>
        await parsed.Client().CompleteWorkItemAsync(parsed.GetRequiredValue(Token), await JsonAsync(parsed, Result, cancellationToken) ?? Null, cancellationToken: cancellationToken);

    private static Task<RunSummary> FailAsync(ParseResult parsed, CancellationToken cancellationToken) =>
        parsed.Client().FailWorkItemAsync(parsed.GetRequiredValue(Token), parsed.GetValue(Error), parsed.GetValue(Cause), cancellationToken);

    private static async Task<RunSummary> HeartbeatAsync(ParseResult parsed, CancellationToken cancellationToken) =>
        await parsed.Client().HeartbeatWorkItemAsync(parsed.GetRequiredValue(Token), await JsonAsync(parsed, Progress, cancellationToken), cancellationToken);

    private static async Task<JsonElement?> JsonAsync(ParseResult parsed, Option<string?> option, CancellationToken cancellationToken) =>
        parsed.GetValue(option) is { } given ? await Values.JsonAsync(option.Name, given, cancellationToken) : null;
}
