using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Flow.Client;
using Flow.Contracts;

namespace Flow.Cli.Commands;

/// <summary><c>flow dispatch</c>.</summary>
internal static class DispatchCommand
{
    private static readonly Argument<string> Handler = new("handler") { Description = "The handler, e.g. send-email" };
    private static readonly Option<string?> Input = new("--input", "-i") { Description = "Its input as JSON, @file, or - for standard input [default: {}]", HelpName = "json|@file|-" };
    private static readonly Option<string?> Queue = new("--queue") { Description = "Work queue whose workers have the handler [default: default]" };
    private static readonly Option<Priority> Urgency = new("--priority") { Description = "Priority of its work items", HelpName = Values.Names<Priority>("|"), CustomParser = Values.OneOf<Priority> };
    private static readonly Option<TimeSpan?> Delay = new("--delay") { Description = "Begin after so long", HelpName = "duration", CustomParser = Values.Duration };
    private static readonly Option<DateTimeOffset?> At = new("--at") { Description = "Do not begin before this moment, e.g. 2026-12-01T08:00:00Z", HelpName = "time", CustomParser = Time };
    private static readonly Option<int?> MaxAttempts = new("--max-attempts")
    {
        Description = "Most attempts, each with one call, after growing delays [default: one, with the calls that the worker's policies allow]",
        CustomParser = argument => Values.Whole(1, Jobs.MaxAttempts)(argument),
    };

    private static readonly Option<string?> Key = new("--key") { Description = "Idempotency key: the same key and handler is the same job, however often it is dispatched" };
    private static readonly WaitOptions Wait = new();

    public static Command Build()
    {
        var command = new Command("dispatch", "Run one handler durably, without a workflow.") { Handler, Input, Queue, Urgency, Delay, At, MaxAttempts, Key };
        Wait.AddTo(command);
        command.SetAction(RunAsync);
        return command.WithExamples(
            "flow dispatch send-email --input '{\"to\": \"ada@example.org\"}'",
            "flow dispatch send-email --input @mail.json --queue emails --delay 10m --max-attempts 5 --key mail-7",
            "flow dispatch echo --input 7 --wait");
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var client = parsed.Client();
        var options = new DispatchOptions
        {
            Queue = parsed.GetValue(Queue),
            Priority = parsed.GetValue(Urgency),
            Delay = parsed.GetValue(Delay),
            StartAt = parsed.GetValue(At),
            MaxAttempts = parsed.GetValue(MaxAttempts),
            IdempotencyKey = parsed.GetValue(Key),
        };
        var payload = await Values.JsonAsync(Input.Name, parsed.GetValue(Input) ?? "{}", cancellationToken);
        var run = await client.DispatchAsync(parsed.GetRequiredValue(Handler), payload, options, cancellationToken);
        return await Wait.PrintAsync(parsed, client, run, cancellationToken);
    }

    private static DateTimeOffset? Time(ArgumentResult argument)
    {
        var text = argument.Tokens[0].Value;
        if (DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var moment))
            return moment;
        argument.AddError($"'{text}' is not a time. Use one like 2026-12-01T08:00:00Z; for a delay there is --delay.");
        return null;
    }
}
