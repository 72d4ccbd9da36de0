using System.Text.Json;
using System.Text.Json.Serialization;
using Flow.Contracts;
using Flow.Monitor.Data;

namespace Flow.Monitor.Projections;

/// <summary>What a committed transition makes of its run, its attempts and the totals of its nodes. Each (ScopeId, Sequence) counts once.</summary>
internal static class TransitionProjection
{
    public static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    public static void Apply(ProjectionState state, RunAdvanced advanced)
    {
        if (advanced.Events.Count == 0 || !state.Transitions.Add((advanced.ScopeId, advanced.Sequence)))
            return;
        var at = Moments.Truncate(advanced.Events[0].Timestamp);
        state.Add(new TransitionRow
        {
            ScopeId = advanced.ScopeId,
            Sequence = advanced.Sequence,
            RunId = advanced.RunId,
            At = at,
            // Inputs and outputs stay with the orchestrator; they are large and may be secret.
            Events = JsonSerializer.Serialize(advanced.Events.Select(e => e with { Input = null, Output = null }), Json),
        });

        var run = state.Run(advanced.RunId, advanced.Workflow, at);
        foreach (var happened in advanced.Events)
        {
            if (happened.Node is not { } node)
                continue;
            if (happened.Type.EndsWith("StateEntered", StringComparison.Ordinal) && advanced.ScopeId == advanced.RunId && advanced.Sequence >= run.NodeSequence)
                (run.Node, run.NodeSequence) = (node, advanced.Sequence);
            if (happened.Token is { } token)
            {
                Count(state, advanced.Workflow, happened, node);
                Attempt(state, advanced, happened, node, token);
            }
        }
    }

    public static void Apply(ProjectionState state, NodeStarted started)
    {
        var attempt = For(state, started.Token, started.RunId, started.ScopeId, started.Node);
        attempt.Number = started.Attempt;
        var at = Moments.Truncate(started.StartedAt);
        // A token delivered twice is begun by two workers; the later one holds it.
        if (attempt.StartedAt is { } before && (before > at || (before == at && string.CompareOrdinal(attempt.WorkerId, started.WorkerId) >= 0)))
            return;
        (attempt.StartedAt, attempt.WorkerId) = (at, started.WorkerId);
    }

    private static void Count(ProjectionState state, string workflow, HistoryEvent happened, string node)
    {
        if (OutcomeOf(happened.Type) is { } outcome)
            state.Count(outcome == AttemptOutcome.Succeeded ? CounterNames.NodesSucceeded : CounterNames.NodesFailed, workflow, node);
        else if (happened.Attempt > 1 && IsScheduled(happened.Type))
            state.Count(CounterNames.NodesRetried, workflow, node);
    }

    private static void Attempt(ProjectionState state, RunAdvanced advanced, HistoryEvent happened, string node, Guid token)
    {
        var attempt = For(state, token, advanced.RunId, advanced.ScopeId, node);
        var at = Moments.Truncate(happened.Timestamp);
        if (happened.Attempt is { } number)
            attempt.Number = number;
        if (IsScheduled(happened.Type))
            attempt.ScheduledAt = at;
        else if (OutcomeOf(happened.Type) is { } outcome)
            (attempt.Outcome, attempt.EndedAt, attempt.Error) = (outcome, at, happened.Error);
    }

    private static AttemptRow For(ProjectionState state, Guid token, Guid runId, Guid scopeId, string node)
    {
        if (!state.Attempts.TryGetValue(token, out var attempt))
            state.Attempts[token] = attempt = state.Add(new AttemptRow { Token = token, RunId = runId, ScopeId = scopeId, Node = node });
        return attempt;
    }

    // Events with a token are of attempts: TaskScheduled, LambdaFunctionSucceeded, ActivityTimedOut, … by the kind of Resource.
    private static bool IsScheduled(string type) => type.EndsWith("Scheduled", StringComparison.Ordinal);

    private static AttemptOutcome? OutcomeOf(string type) =>
        type.EndsWith("Succeeded", StringComparison.Ordinal) ? AttemptOutcome.Succeeded
        : type.EndsWith("Failed", StringComparison.Ordinal) ? AttemptOutcome.Failed
        : type.EndsWith("TimedOut", StringComparison.Ordinal) ? AttemptOutcome.TimedOut
        : null;
}
