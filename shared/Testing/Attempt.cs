using System.Text.Json;
using Flow.StatesLanguage;
using Flow.Testing.Driving;

namespace Flow.Testing;

/// <summary>How an attempt stands.</summary>
public enum AttemptState
{
    /// <summary>No answer has come yet.</summary>
    Outstanding,

    /// <summary>Ended well.</summary>
    Succeeded,

    /// <summary>Failed.</summary>
    Failed,

    /// <summary>TimeoutSeconds or HeartbeatSeconds passed.</summary>
    TimedOut,

    /// <summary>Given up, because what it was part of ended.</summary>
    Cancelled,
}

/// <summary>One attempt at a Task node: what the handler is given, and what became of it.</summary>
public sealed class Attempt
{
    private readonly WorkflowRun _run;
    private readonly Command.DispatchWorkItem _item;

    internal Attempt(WorkflowRun run, Command.DispatchWorkItem item, Guid scopeId, Attempt? before)
    {
        _run = run;
        _item = item;
        ScopeId = scopeId;
        At = run.Elapsed;
        After = before?.EndedAt is { } ended ? At - ended : TimeSpan.Zero;
        Handler = StatesLanguage.Resource.Parse(item.Resource).For(item.Input).Handler;
    }

    /// <summary>The node.</summary>
    public string Node => _item.Node;

    /// <summary>Its Resource as written.</summary>
    public string Resource => _item.Resource;

    /// <summary>The handler that serves it.</summary>
    public string Handler { get; }

    /// <summary>Which attempt at the node it is, from 1; a node that is entered again begins anew.</summary>
    public int Number => _item.Attempt;

    /// <summary>Its identity, as a worker knows it.</summary>
    public Guid Token => _item.Token;

    /// <summary>The text of <c>$$.Task.Token</c>.</summary>
    public string TaskToken => new TaskToken(_run.RunId, ScopeId, Token).ToString();

    /// <summary>What the handler is given: the effective input, after InputPath and Parameters.</summary>
    public JsonElement Payload => _item.Input;

    /// <summary>When it was dispatched, since the start of the run.</summary>
    public TimeSpan At { get; }

    /// <summary>How long after the end of the attempt before it: the delay of the retry. Zero of the first attempt.</summary>
    public TimeSpan After { get; }

    /// <summary>Its limit; null: none.</summary>
    public int? TimeoutSeconds => _item.TimeoutSeconds;

    /// <summary>Its limit between heartbeats; null: none.</summary>
    public int? HeartbeatSeconds => _item.HeartbeatSeconds;

    /// <summary>How it stands.</summary>
    public AttemptState State => Ending?.Type switch
    {
        null => _run.Driven.Awaits(Token) ? AttemptState.Outstanding : AttemptState.Cancelled,
        var type when type.EndsWith("Succeeded", StringComparison.Ordinal) => AttemptState.Succeeded,
        var type when type.EndsWith("TimedOut", StringComparison.Ordinal) => AttemptState.TimedOut,
        _ => AttemptState.Failed,
    };

    /// <summary>The error it ended with; null when it did not end with one.</summary>
    public string? Error => Ending?.Error;

    /// <summary>When it ended, since the start of the run; null when no end was recorded.</summary>
    public TimeSpan? EndedAt => _run.Driven.EndingOf(Token) is { } ending ? ending.At - _run.StartedAt : null;

    internal Guid ScopeId { get; }

    private HistoryRecord? Ending => _run.Driven.EndingOf(Token)?.Event;

    /// <summary>The payload as an object, by <see cref="TestSettings.Json"/>.</summary>
    /// <exception cref="JsonException">It does not fit.</exception>
    public T? PayloadAs<T>() => Payload.Deserialize<T>(_run.Settings.Json);

    /// <summary>The holder of the token completes it now. Nothing changes when it is over already, as in life.</summary>
    public void Succeed(object? output = null) => Tell(new Signal.TaskSucceeded(Token, _run.Json(output)));

    /// <summary>The holder of the token fails it now. Nothing changes when it is over already, as in life.</summary>
    public void Fail(string? error, string? cause = null) => Tell(new Signal.TaskFailed(Token, error, cause));

    /// <summary>The holder of the token shows that it is alive: HeartbeatSeconds begin anew.</summary>
    public void Heartbeat() => Tell(new Signal.TaskHeartbeat(Token));

    /// <summary>E.g. <c>Ship #2 failed with Carrier.Down</c>.</summary>
    public override string ToString() => $"{Node} #{Number} {Words.For(State)}{(Error is null ? "" : $" with {Error}")}";

    private void Tell(Signal signal)
    {
        _run.Driven.Tell(Token, signal);
        _run.Settle();
    }
}
