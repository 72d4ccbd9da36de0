using System.Text.Json;
using Flow.Contracts;
using Flow.Contracts.Api;
using Flow.Monitor.Data;

namespace Flow.Monitor.Projections;

/// <summary>
/// What run-level events make of a run. The outcome is the same in whatever order and however often they arrive: the newest of several endings counts and beats everything but
/// a later redrive; of pauses, resumes and redrives the newest counts.
/// </summary>
internal static class RunProjection
{
    public static void Apply(ProjectionState state, RunEvent @event)
    {
        var (fact, detail) = Describe(@event);
        var at = Moments.Truncate(@event.Timestamp);
        if (!state.Facts.Add((@event.RunId, fact, at)))
            return;
        state.Add(new FactRow { RunId = @event.RunId, Kind = fact, At = at, Detail = detail });

        var run = state.Run(@event.RunId, @event.Workflow, at);
        run.Version = @event.Version;
        run.Name ??= @event.Name;
        run.BatchId ??= @event.Batch?.BatchId;
        run.BatchIndex ??= @event.Batch?.Index;
        if (CounterNames.Of(fact) is { } counter)
            state.Count(counter, @event.Workflow);

        if (@event is RunStarted started)
            Start(run, started, at);
        else if (StartOf(@event) is { } startedAt)
            End(state, run, @event, fact, Moments.Truncate(startedAt), at);
        else
            GoOn(run, fact, at);
    }

    private static void Start(RunRow run, RunStarted started, DateTimeOffset at)
    {
        KnowStart(run, at);
        run.Trigger = started.Trigger;
        run.Tags = JsonSerializer.Serialize(started.Tags);
    }

    private static void End(ProjectionState state, RunRow run, RunEvent ending, RunFact fact, DateTimeOffset startedAt, DateTimeOffset at)
    {
        KnowStart(run, startedAt);
        state.Endings.Add((run.Workflow, fact, at - startedAt));

        var status = StatusOf(fact);
        if (run.EndedAt is { } before && (before > at || (before == at && run.Status >= status)))
            return;
        if (run.RedrivenAt > at)
            return;
        (run.Status, run.EndedAt) = (status, at);
        (run.Error, run.Cause, run.ErrorNode) = ending switch
        {
            RunFailed failed => (failed.Error, failed.Cause, failed.Node),
            RunCancelled cancelled => (null, cancelled.Reason, null),
            _ => ((string?)null, (string?)null, (string?)null),
        };
    }

    private static void KnowStart(RunRow run, DateTimeOffset at)
    {
        if (!run.IsStartKnown || at < run.StartedAt)
            (run.StartedAt, run.IsStartKnown) = (at, true);
    }

    private static void GoOn(RunRow run, RunFact fact, DateTimeOffset at)
    {
        if (run.PauseChangedAt is null || run.PauseChangedAt < at || (run.PauseChangedAt == at && fact != RunFact.Paused))
            (run.PauseChangedAt, run.IsPaused) = (at, fact == RunFact.Paused);
        if (fact == RunFact.Redriven && !(run.RedrivenAt >= at))
            run.RedrivenAt = at;
        if (run.RedrivenAt > run.EndedAt)
            (run.EndedAt, run.Error, run.Cause, run.ErrorNode) = (null, null, null, null);
        if (run.EndedAt is null)
            run.Status = run.IsPaused ? RunStatus.Paused : RunStatus.Running;
    }

    private static (RunFact Fact, string? Detail) Describe(RunEvent @event) => @event switch
    {
        RunStarted started => (RunFact.Started, started.Trigger.ToString()),
        RunSucceeded => (RunFact.Succeeded, null),
        RunFailed failed => (RunFact.Failed, failed.Error),
        RunCancelled cancelled => (RunFact.Cancelled, cancelled.Reason),
        RunTimedOut => (RunFact.TimedOut, null),
        RunPaused paused => (RunFact.Paused, paused.Reason),
        RunResumed => (RunFact.Resumed, null),
        RunRedriven redriven => (RunFact.Redriven, redriven.FromNode),
        _ => throw new System.Diagnostics.UnreachableException($"No projection for {@event.GetType().Name}."),
    };

    private static DateTimeOffset? StartOf(RunEvent @event) => @event switch
    {
        RunSucceeded e => e.StartedAt,
        RunFailed e => e.StartedAt,
        RunCancelled e => e.StartedAt,
        RunTimedOut e => e.StartedAt,
        _ => null,
    };

    private static RunStatus StatusOf(RunFact ending) => ending switch
    {
        RunFact.Succeeded => RunStatus.Succeeded,
        RunFact.Failed => RunStatus.Failed,
        RunFact.Cancelled => RunStatus.Cancelled,
        _ => RunStatus.TimedOut,
    };
}

internal static class Moments
{
    /// <summary>To microseconds, which is what the databases keep, so that a stored moment equals the one it came from.</summary>
    public static DateTimeOffset Truncate(DateTimeOffset moment) => new(moment.UtcTicks - (moment.UtcTicks % 10), TimeSpan.Zero);
}
