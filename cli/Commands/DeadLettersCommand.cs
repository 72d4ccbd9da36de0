using System.CommandLine;
using Flow.Cli.Output;
using Flow.Client;
using Flow.Contracts.Api;

namespace Flow.Cli.Commands;

/// <summary><c>flow dead-letters</c>: what nobody will retry by itself, and what to do about it.</summary>
internal static class DeadLettersCommand
{
    private const string Replay = "replay";

    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(200);

    private static readonly Argument<Guid> Letter = new("letter") { Description = "Id of the letter, as 'list' shows it" };
    private static readonly Argument<Guid[]> Letters = new("letters") { Description = "Ids of letters; or none, and a filter", Arity = ArgumentArity.ZeroOrMore };

    private static readonly Option<DeadLetterStatus?> Status = new("--status", "-s") { Description = "Only those that stand so [default: open]", HelpName = Values.Names<DeadLetterStatus>("|"), CustomParser = a => Values.OneOf<DeadLetterStatus>(a) };
    private static readonly Option<DeadLetterKind?> Kind = new("--kind") { Description = "Only those of this kind", HelpName = Values.Names<DeadLetterKind>("|"), CustomParser = a => Values.OneOf<DeadLetterKind>(a) };
    private static readonly Option<string?> Queue = new("--queue") { Description = "Only those of this queue of the broker, e.g. flow-work-video" };
    private static readonly Option<string?> Workflow = new("--workflow", "-w") { Description = "Only those of this workflow" };
    private static readonly Option<string?> Node = new("--node") { Description = "Only those of this node" };
    private static readonly Option<string?> Fingerprint = new("--fingerprint") { Description = "Only those of this error at this place" };
    private static readonly Option<Guid?> Run = new("--run") { Description = "Only those of this run (its full id)" };
    private static readonly Option<DateTimeOffset?> From = new("--from") { Description = "Only those that failed since: a time, or how long ago (2h)", HelpName = "moment", CustomParser = Values.Moment };
    private static readonly Option<DateTimeOffset?> To = new("--to") { Description = "Only those that failed before: a time, or how long ago (2h)", HelpName = "moment", CustomParser = Values.Moment };
    private static readonly Option<string?> Text = new("--text") { Description = "Only those whose error, cause, node or message id holds this" };
    private static readonly Option<bool> All = new("--all") { Description = "Without a filter: every open one" };
    private static readonly Option<int> Limit = LongList.Limit("letters");
    private static readonly Option<string?> Cursor = LongList.Cursor();
    private static readonly Option<string?> Input = new("--input") { Description = "Of one letter of a run: another input for its node: JSON, @file or - (standard input)", HelpName = "json" };
    private static readonly Option<string?> Body = new("--body") { Description = "Of one other message: another body: a text, or @file", HelpName = "text" };
    private static readonly Option<int> Canary = new("--canary") { Description = "Seconds that the first of several may take to prove itself; 0: none", DefaultValueFactory = _ => 10, CustomParser = Values.Whole(0, 600) };
    private static readonly Option<int> Rate = new("--rate") { Description = "Most letters a second", DefaultValueFactory = _ => 10, CustomParser = Values.Whole(1, 100) };
    private static readonly Option<bool> NoWait = new("--no-wait") { Description = "Do not wait for the end of the replay" };

    private static readonly Option[] Filters = [Status, Kind, Queue, Workflow, Node, Fingerprint, Run, From, To, Text];

    public static Command Build() => new Command("dead-letters", "Look at what nobody will retry by itself any more; replay, archive or delete it.")
    {
        Verb("list", "List dead letters, the one that failed last first.", ListAsync, [.. Filters, Limit, Cursor]).WithExamples("flow dead-letters list", "flow dead-letters list --workflow order --from 1h"),
        Show(),
        Act(Replay, "Let their runs go on with a fresh attempt; send other messages to their queues again. Of several the first goes alone, and the others follow once it has done well.", ReplayAsync, Input, Body, Canary, Rate, NoWait)
            .WithExamples("flow dead-letters replay 0199f0c2-…", "flow dead-letters replay --fingerprint 3b1f09c2d4e5a677 --rate 2", "flow dead-letters replay 0199f0c2-… --input '{\"card\": \"new\"}'"),
        Act("archive", "Put letters away; 'list --status archived' shows them.", (client, parsed, selection, token) => client.ArchiveDeadLettersAsync(selection, token)).WithExamples("flow dead-letters archive --queue flow-start-run"),
        Act("delete", "Delete letters for good; the audit keeps that they were.", (client, parsed, selection, token) => client.DeleteDeadLettersAsync(selection, token)).WithExamples("flow dead-letters delete --status archived --to 30d"),
        Verb("acts", "What was done with dead letters: by whom, when, and what came of it.", ActsAsync, []).WithExamples("flow dead-letters acts"),
    }.WithExamples("flow dead-letters list", "flow dead-letters show 0199f0c2-…", "flow dead-letters replay --workflow order");

    private static Command Show()
    {
        var command = Verb("show", "One letter with its body, headers, stack, and what was done with it.", ShowAsync, []);
        command.Add(Letter);
        return command.WithExamples("flow dead-letters show 0199f0c2-…", "flow dead-letters show 0199f0c2-… -o json");
    }

    private static Command Act(string name, string description, Func<IFlowMonitorClient, ParseResult, DeadLetterSelection, CancellationToken, Task<DeadLetterAct>> act, params Option[] options)
    {
        var command = Verb(name, description, async (client, parsed, cancellationToken) => Print(parsed, await act(client, parsed, Selection(parsed, name), cancellationToken)), [.. Filters, All, .. options]);
        command.Add(Letters);
        return command;
    }

    private static Command Verb(string name, string description, Func<IFlowMonitorClient, ParseResult, CancellationToken, Task<int>> action, Option[] options)
    {
        var command = new Command(name, description) { SharedOptions.Monitor };
        foreach (var option in options)
            command.Add(option);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            try
            {
                return await action(parsed.MonitorClient(), parsed, cancellationToken);
            }
            catch (FlowUnreachableException e)
            {
                throw new CliException(ExitCode.Unreachable, $"{e.Message}\nStart one with 'flow dev', or name the right one with --monitor or {SharedOptions.MonitorVariable}.");
            }
        });
        return command;
    }

    private static DeadLetterSelection Selection(ParseResult parsed, string verb)
    {
        var ids = parsed.GetValue(Letters) is { Length: > 0 } given ? given : null;
        var filter = Filter(parsed);
        var isFiltered = filter != new DeadLetterFilter();
        if (ids is not null ? isFiltered || parsed.GetValue(All) : !isFiltered && !parsed.GetValue(All))
            throw CliException.Usage($"Name the letters to {verb}: either their ids, or a filter such as --workflow, or --all for every open one.");
        var selection = new DeadLetterSelection { Ids = ids, Filter = ids is null ? filter : null };
        return verb == Replay ? selection with { CanarySeconds = parsed.GetValue(Canary), PerSecond = parsed.GetValue(Rate) } : selection;
    }

    private static DeadLetterFilter Filter(ParseResult parsed) => new()
    {
        Status = parsed.GetValue(Status),
        Kind = parsed.GetValue(Kind),
        Queue = parsed.GetValue(Queue),
        Workflow = parsed.GetValue(Workflow),
        Node = parsed.GetValue(Node),
        Fingerprint = parsed.GetValue(Fingerprint),
        RunId = parsed.GetValue(Run),
        From = parsed.GetValue(From),
        To = parsed.GetValue(To),
        Text = parsed.GetValue(Text),
    };

    private static async Task<int> ListAsync(IFlowMonitorClient client, ParseResult parsed, CancellationToken cancellationToken)
    {
        var filter = Filter(parsed);
        filter = filter with { Status = filter.Status ?? DeadLetterStatus.Open };
        var page = await LongList.ReadAsync((limit, cursor) => client.ListDeadLettersAsync(filter, limit, cursor, cancellationToken), parsed.GetValue(Limit), parsed.GetValue(Cursor));
        if (parsed.WantsJson())
            Terminal.WriteJson(page);
        else
            DeadLetterPrinter.Print(page);
        return ExitCode.Ok;
    }

    private static async Task<int> ShowAsync(IFlowMonitorClient client, ParseResult parsed, CancellationToken cancellationToken)
    {
        var details = await client.GetDeadLetterAsync(parsed.GetRequiredValue(Letter), cancellationToken);
        if (parsed.WantsJson())
            Terminal.WriteJson(details);
        else
            DeadLetterPrinter.Print(details);
        return ExitCode.Ok;
    }

    private static async Task<DeadLetterAct> ReplayAsync(IFlowMonitorClient client, ParseResult parsed, DeadLetterSelection selection, CancellationToken cancellationToken)
    {
        var edit = await EditAsync(parsed, cancellationToken);
        if (edit is not null && selection.Ids is not [_])
            throw CliException.Usage("--input and --body are for one letter: give its id.");
        var act = edit is null ? await client.ReplayDeadLettersAsync(selection, cancellationToken) : await client.ReplayDeadLetterAsync(selection.Ids![0], edit, cancellationToken);
        while (act.Status == DeadLetterActStatus.Running && !parsed.GetValue(NoWait))
        {
            await Task.Delay(LookEvery, TimeProvider.System, cancellationToken);
            act = await client.GetDeadLetterActAsync(act.Id, cancellationToken);
        }

        return act;
    }

    private static async Task<ReplayDeadLetter?> EditAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var body = parsed.GetValue(Body) is ['@', .. var file] ? await Values.FileAsync(file, cancellationToken) : parsed.GetValue(Body);
        return parsed.GetValue(Input) is { } input ? new() { Input = await Values.JsonAsync(Input.Name, input, cancellationToken), Body = body }
            : body is null ? null
            : new() { Body = body };
    }

    /// <summary>0 when it was done, or goes on; 1 when the first letter did not do well, or some were refused.</summary>
    private static int Print(ParseResult parsed, DeadLetterAct act)
    {
        if (parsed.WantsJson())
            Terminal.WriteJson(act);
        else
            Console.Out.WriteLine($"{act.Kind} of {act.Letters} letter{(act.Letters == 1 ? "" : "s")}: {act.Outcome ?? $"under way; see 'flow dead-letters acts' ({act.Id})"}.");
        return act.Status == DeadLetterActStatus.Stopped || act.Outcome?.Contains("refused", StringComparison.Ordinal) == true ? ExitCode.Failed : ExitCode.Ok;
    }

    private static async Task<int> ActsAsync(IFlowMonitorClient client, ParseResult parsed, CancellationToken cancellationToken)
    {
        var page = await client.ListDeadLetterActsAsync(cancellationToken);
        if (parsed.WantsJson())
            Terminal.WriteJson(page);
        else
            DeadLetterPrinter.Print(page);
        return ExitCode.Ok;
    }
}
