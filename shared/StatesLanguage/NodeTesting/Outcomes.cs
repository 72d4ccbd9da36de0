using System.Text.Json;
using Flow.StatesLanguage.Expressions;
using Flow.StatesLanguage.Interpreting;
using Flow.StatesLanguage.States;

namespace Flow.StatesLanguage.NodeTesting;

/// <summary>Reads off a walk what became of its node.</summary>
internal static class Outcomes
{
    /// <summary>Of a Parallel, Step Functions tells nothing before the result: what its branches get is among the commands.</summary>
    private static readonly string[] StepsOfBranches = ["afterInputPath", "afterParameters"];

    public static NodeOutcome Of(Walk walk, TestedNode node, Move? move, Moment moment)
    {
        var trace = walk.Trace!;
        var end = walk.Commands.OfType<Command.Fail>().FirstOrDefault();
        var retry = walk.Commands.OfType<Command.StartTimer>().FirstOrDefault(t => t.Kind == TimerKind.Retry);
        return new()
        {
            Status = end is not null ? NodeTestStatus.Failed
                : retry is not null ? NodeTestStatus.Retriable
                : trace.Catcher is not null ? NodeTestStatus.CaughtError
                : NodeTestStatus.Succeeded,
            Pointer = node.Pointer,
            Output = move?.Input ?? (walk.Scope.Status == ScopeStatus.Succeeded ? walk.Scope.Input : default),
            Error = end is not null ? end.Error : trace.Failure?.Error,
            Cause = end is not null ? end.Cause : trace.Failure?.Cause,
            Location = walk.Commands.OfType<Command.Record>().LastOrDefault(r => r.Event.Location is not null)?.Event.Location,
            NextNode = move?.Node,
            Inspection = Inspection(walk, trace, retry?.DueAt - moment.Now),
            Commands = [.. walk.Commands.Select(command => Placed(command, node))],
        };
    }

    /// <summary>Scopes name their machines by place in the text that was given.</summary>
    private static Command Placed(Command command, TestedNode node) => command is Command.OpenScopes open
        ? open with { Scopes = [.. open.Scopes.Select(s => s with { Machine = node.Pointer + s.Machine[node.State.Pointer.Length..] })] }
        : command;

    private static OrderedDictionary<string, JsonElement> Inspection(Walk walk, Trace trace, TimeSpan? backoff)
    {
        var data = new OrderedDictionary<string, JsonElement>(StringComparer.Ordinal);
        foreach (var (step, value) in trace.Data.Where(d => walk.Node is not ParallelState || !StepsOfBranches.Contains(d.Key)))
            data[step] = value;
        if (walk.Scope.Variables.ValueKind == JsonValueKind.Object && walk.Scope.Variables.EnumerateObject().Any())
            data["variables"] = walk.Scope.Variables;
        if (backoff is not null || trace.Catcher is not null)
            data["errorDetails"] = ErrorDetails(trace, backoff);
        return data;
    }

    private static JsonElement ErrorDetails(Trace trace, TimeSpan? backoff) => JsonBuffer.Write(writer =>
    {
        writer.WriteStartObject();
        if (backoff is { } delay)
        {
            writer.WriteNumber("retryIndex", trace.Retrier!.Value);
            writer.WriteNumber("retryBackoffIntervalSeconds", delay.TotalSeconds);
        }

        if (trace.Catcher is { } catcher)
            writer.WriteNumber("catchIndex", catcher);
        writer.WriteEndObject();
    });
}
