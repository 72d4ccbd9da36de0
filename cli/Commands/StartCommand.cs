using System.CommandLine;
using Flow.Contracts;
using Flow.Contracts.Api;

namespace Flow.Cli.Commands;

/// <summary><c>flow start</c>.</summary>
internal static class StartCommand
{
    private static readonly Argument<string> Workflow = new("workflow") { Description = "Name of a registered workflow" };
    private static readonly Option<string?> Input = new("--input", "-i") { Description = "Input as JSON, @file, or - for standard input [default: {}]", HelpName = "json|@file|-" };
    private static readonly Option<string?> Name = new("--name") { Description = "A name for people, need not be unique" };
    private static readonly Option<string?> Key = new("--key") { Description = "Idempotency key: the same key and workflow is the same run, however often it is started" };
    private static readonly Option<int?> Version = new("--version", "-v") { Description = "Version to run [default: the newest]", CustomParser = argument => Values.Whole(1, int.MaxValue)(argument) };
    private static readonly Option<Priority> Urgency = new("--priority") { Description = "Priority of the run's work items", HelpName = Values.Names<Priority>("|"), CustomParser = Values.OneOf<Priority> };
    private static readonly Option<string?> Queue = new("--queue") { Description = "Queue for work items whose Resource names none [default: default]" };
    private static readonly Option<TimeSpan?> RunTimeout = new("--run-timeout") { Description = "End the run as timed out after so long", HelpName = "duration", CustomParser = Values.Duration };
    private static readonly WaitOptions Wait = new();

    private static readonly Option<Dictionary<string, string>> Tags = new("--tag", "-t")
    {
        Description = "A label key=value, any number of times",
        HelpName = "key=value",
        CustomParser = Values.Pairs,
        Arity = ArgumentArity.OneOrMore,
    };

    public static Command Build()
    {
        var command = new Command("start", "Start a run of a workflow.") { Workflow, Input, Name, Key, Version, Urgency, Queue, Tags, RunTimeout };
        Wait.AddTo(command);
        command.SetAction(RunAsync);
        return command.WithExamples(
            "flow start order --input '{\"id\": 7}'",
            "flow start order --input @order.json --key order-7 --wait --timeout 5m",
            "echo '{\"id\": 7}' | flow start order --input - --priority critical --tag team=web");
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var client = parsed.Client();
        var request = new StartRunRequest
        {
            Workflow = parsed.GetRequiredValue(Workflow),
            Input = parsed.GetValue(Input) is { } given ? await Values.JsonAsync(Input.Name, given, cancellationToken) : null,
            Name = parsed.GetValue(Name),
            Version = parsed.GetValue(Version),
            Priority = parsed.GetValue(Urgency),
            Queue = parsed.GetValue(Queue),
            Tags = parsed.GetValue(Tags),
            TimeoutSeconds = parsed.GetValue(RunTimeout) is { } limit ? (int)Math.Ceiling(limit.TotalSeconds) : null,
        };
        var run = await client.StartRunAsync(request, parsed.GetValue(Key), cancellationToken);
        return await Wait.PrintAsync(parsed, client, run, cancellationToken);
    }
}
