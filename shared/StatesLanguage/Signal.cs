using System.Text.Json;

namespace Flow.StatesLanguage;

/// <summary>What kind of waiting a timer ends.</summary>
public enum TimerKind
{
    /// <summary>A Wait node.</summary>
    Wait,

    /// <summary>The delay before the next attempt.</summary>
    Retry,

    /// <summary>TimeoutSeconds of a Task.</summary>
    Timeout,

    /// <summary>HeartbeatSeconds of a Task.</summary>
    Heartbeat,

    /// <summary>The lease under which a worker has an attempt.</summary>
    Lease,
}

/// <summary>What the interpreter is told. A signal whose token is not the outstanding one is late or a duplicate and changes nothing.</summary>
public abstract record Signal
{
    private Signal()
    {
    }

    /// <summary>The scope begins. Its input is in the scope already.</summary>
    public sealed record Started : Signal;

    /// <summary>
    /// A scope that failed, or that the driver closed as cancelled or timed out, goes on. At a Map or Parallel that had opened, children that ended well are not run again.
    /// </summary>
    /// <param name="Number">Which redrive of the scope it is, from 1; any but the next one is late or a duplicate.</param>
    /// <param name="Node">The node to go on at; null: the one it stands at.</param>
    /// <param name="Input">Raw input of that node; null: the one it had, which only the node it stands at has.</param>
    public sealed record Redriven(int Number, string? Node = null, JsonElement? Input = null) : Signal;

    /// <summary>The attempt ended well.</summary>
    /// <param name="Token">The attempt.</param>
    /// <param name="Output">Result of the task.</param>
    /// <param name="HasJournal">Whether it appends to the run's journal: then <see cref="Command.KeepJournal"/> follows, if the node ends well with it.</param>
    public sealed record TaskSucceeded(Guid Token, JsonElement Output, bool HasJournal = false) : Signal;

    /// <summary>The attempt failed.</summary>
    /// <param name="Token">The attempt.</param>
    /// <param name="Error">Error name; null when the task gave none.</param>
    /// <param name="Cause">Cause; null when the task gave none.</param>
    public sealed record TaskFailed(Guid Token, string? Error, string? Cause) : Signal;

    /// <summary>The holder of the attempt is alive: a running heartbeat timer starts anew.</summary>
    /// <param name="Token">The attempt.</param>
    /// <param name="Progress">How far it is, for people; null: not said.</param>
    public sealed record TaskHeartbeat(Guid Token, JsonElement? Progress = null) : Signal;

    /// <summary>A worker has the attempt under a lease, from now on or still: if it is not heard from again in that time, the attempt goes to another worker under a new token.</summary>
    /// <param name="Token">The attempt.</param>
    /// <param name="Seconds">Length of the lease.</param>
    /// <param name="WorkerId">The worker, for people.</param>
    public sealed record TaskLeased(Guid Token, int Seconds, string? WorkerId = null) : Signal;

    /// <summary>The worker does not have the attempt any more.</summary>
    /// <param name="Token">The attempt.</param>
    /// <param name="IsHeld">True: somebody else holds its token and will answer; false: it goes to another worker, under a new token.</param>
    public sealed record TaskReleased(Guid Token, bool IsHeld) : Signal;

    /// <summary>A timer fell due.</summary>
    /// <param name="Token">The token the timer was started with.</param>
    /// <param name="Kind">What it timed.</param>
    public sealed record TimerElapsed(Guid Token, TimerKind Kind) : Signal;

    /// <summary>One child scope closed. Delivered once for each child.</summary>
    /// <param name="Token">The group the child was opened with (<see cref="Command.OpenScopes.Token"/>).</param>
    /// <param name="Index">The child's index in the group.</param>
    /// <param name="Succeeded">Whether it ended well.</param>
    /// <param name="Error">Error name, when it did not.</param>
    /// <param name="Cause">Cause, when it did not.</param>
    public sealed record ChildClosed(Guid Token, int Index, bool Succeeded, string? Error, string? Cause) : Signal;

    /// <summary>Answer to <see cref="Command.JoinChildren"/>: all children's outputs.</summary>
    /// <param name="Token">The group.</param>
    /// <param name="Outputs">A JSON array: the children's outputs in index order (null for a failed one that was tolerated). Undefined: they are longer than the driver joins, which is
    /// States.DataLimitExceeded unless a ResultWriter takes them elsewhere.</param>
    public sealed record ChildrenClosed(Guid Token, JsonElement Outputs) : Signal;

    /// <summary>Answer to <see cref="Command.RedriveScopes"/>, told in the same transaction.</summary>
    /// <param name="Token">The group, under its new token.</param>
    /// <param name="Succeeded">How many of its children had ended well, and so are not run again.</param>
    public sealed record ChildrenReopened(Guid Token, int Succeeded) : Signal;

    /// <summary>Answer to <see cref="Command.ReadItems"/>.</summary>
    /// <param name="Token">The execution of the Map.</param>
    /// <param name="Items">A JSON array.</param>
    public sealed record ItemsRead(Guid Token, JsonElement Items) : Signal;

    /// <summary>The items could not be read, and trying again would not help.</summary>
    /// <param name="Token">The execution of the Map.</param>
    /// <param name="Cause">Why, for people.</param>
    public sealed record ItemsNotRead(Guid Token, string Cause) : Signal;

    /// <summary>Answer to <see cref="Command.WriteResults"/>.</summary>
    /// <param name="Token">The group.</param>
    /// <param name="Result">Result of the Map: where the results are.</param>
    public sealed record ResultsWritten(Guid Token, JsonElement Result) : Signal;

    /// <summary>The results could not be written, and trying again would not help.</summary>
    /// <param name="Token">The group.</param>
    /// <param name="Cause">Why, for people.</param>
    public sealed record ResultsNotWritten(Guid Token, string Cause) : Signal;
}
