using System.Text.Json;
using Flow.StatesLanguage.Expressions;
using Flow.StatesLanguage.States;

namespace Flow.StatesLanguage.Interpreting;

/// <summary>An attempt at a node that others work for: a Task's work item, or the children of a Map or Parallel.</summary>
internal static class Attempting
{
    private const string TimeoutError = "States.Timeout";

    public static Move? Begin(Walk walk)
    {
        walk.Scope = walk.Scope with { Token = walk.NewToken(), Attempts = walk.Scope.Attempts + 1 };
        if (walk.Node is not TaskState task)
            return Opening.Open(walk);

        Dispatch(walk, task);
        return null;
    }

    public static Move? Succeeded(Walk walk, JsonElement output, bool hasJournal = false)
    {
        var result = output.ValueKind == JsonValueKind.Undefined ? Json.Null : output;
        if (!Json.IsReadable(result))
            return Failed(walk, "States.TaskFailed", "The result contains a text that is not valid Unicode (half of a surrogate pair).");
        if (Json.IsLongerThan(result, walk.Execution.MaxPayloadBytes))
            return Failed(walk, Leaving.DataLimitError, Leaving.DataLimitCause(Named((TaskState)walk.Node)));

        Close(walk, Happened(walk, "Succeeded") with { Output = result });
        var keep = hasJournal ? new Command.KeepJournal(walk.Scope.Token!.Value, walk.Node.Name) : null;
        var move = Leaving.Leave(walk, walk.Watched("result", result));
        // Only now: a result that cannot be shaped fails the attempt.
        if (keep is not null)
            walk.Issue(keep);
        return move;
    }

    public static Move? Failed(Walk walk, string? error, string? cause)
    {
        Close(walk, Happened(walk, "Failed") with { Error = error, Cause = cause });
        return Failing.Fail(walk, new(error, cause, OfAttempt: true));
    }

    public static Move? TimedOut(Walk walk, bool ofHeartbeat = false)
    {
        Close(walk, Happened(walk, "TimedOut") with { Error = TimeoutError });
        return Failing.Fail(walk, new(TimeoutError, null, OfAttempt: true, OfHeartbeat: ofHeartbeat));
    }

    /// <summary>The same attempt once more under a new token: the worker that had it does not have it any more.</summary>
    /// <param name="walk">The step.</param>
    /// <param name="what">What became of the worker's hold, for the history.</param>
    public static Move? HandOutAnew(Walk walk, string what)
    {
        Close(walk, Happened(walk, what));
        walk.Scope = walk.Scope with { Token = walk.NewToken(), Vitals = new() { LostWorkers = walk.Scope.Vitals?.LostWorkers ?? 0 } };
        Dispatch(walk, (TaskState)walk.Node);
        return null;
    }

    /// <summary>Starts a timer of the outstanding attempt.</summary>
    public static Move? StartTimer(Walk walk, TimerKind kind, DateTimeOffset due)
    {
        walk.Issue(new Command.StartTimer(walk.Scope.Token!.Value, kind, due));
        return null;
    }

    private static void Dispatch(Walk walk, TaskState task)
    {
        var selected = Entering.Selected(walk);
        var seeing = walk.Seeing(selected);
        var input = task.Flow.Payload(walk, selected);
        if (Json.IsLongerThan(input, walk.Execution.MaxPayloadBytes))
            throw new EvaluationException(Leaving.DataLimitError, $"The input of the state '{task.Name}' has more than {walk.Execution.MaxPayloadBytes} bytes.");
        var timeout = Seconds(task.Timeout, seeing);
        var heartbeat = Seconds(task.Heartbeat, seeing);

        var token = walk.Scope.Token!.Value;
        walk.Scope = walk.Scope with { TaskInput = input, DispatchedAt = walk.Now, HeartbeatSeconds = heartbeat };
        walk.Record(Happened(walk, "Scheduled") with { Input = input, Resource = task.Resource });
        walk.Issue(new Command.DispatchWorkItem(token, task.Name, task.Resource, input, walk.Scope.Attempts, timeout, heartbeat));
        if (timeout is { } limit)
            StartTimer(walk, TimerKind.Timeout, walk.Now.AddSeconds(limit));
        Holding.Begin(walk);
    }

    /// <summary>What an error calls the task: the service of an integration, else the resource.</summary>
    private static string Named(TaskState task) => task.Target.Kind is ResourceKind.Function or ResourceKind.Activity or ResourceKind.Handler
        ? task.Resource
        : task.Target.Handler.Split(':')[0];

    private static int? Seconds(Sourced<double?>? number, Evaluation seeing) => number is null ? null : Numbers.Integer(number, seeing, 1, 99_999_999);

    /// <summary>The outstanding attempt is over; its timers are dropped.</summary>
    private static void Close(Walk walk, HistoryRecord happened)
    {
        walk.Record(happened);
        if (walk.Scope.Vitals?.LeasedUntil is not null || walk.Node is TaskState { Timeout: not null } or TaskState { Heartbeat: not null })
            walk.Issue(new Command.CancelTimers(walk.Scope.Token!.Value));
    }

    private static HistoryRecord Happened(Walk walk, string what) => new()
    {
        Type = ((TaskState)walk.Node).Target.EventPrefix + what,
        Node = walk.Node.Name,
        Token = walk.Scope.Token,
        Attempt = walk.Scope.Attempts,
    };
}
