using System.Text.Json;
using Flow.StatesLanguage.MapData;

namespace Flow.StatesLanguage;

/// <summary>A scope to open under a Map or Parallel node.</summary>
/// <param name="Index">Place in the group from 0; outputs are joined in this order.</param>
/// <param name="Machine">Which state machine of the definition it walks (see <see cref="Scope.Machine"/>).</param>
/// <param name="Input">Its input.</param>
/// <param name="MapItem">Its <c>$$.Map.Item</c> (an object with Index and Value), for <see cref="Scope.MapItem"/>; null outside of Map iterations.</param>
public sealed record ChildScope(int Index, string Machine, JsonElement Input, JsonElement? MapItem);

/// <summary>What the interpreter asks for. The driver performs all commands of a step and stores the scope, or none of it.</summary>
public abstract record Command
{
    private Command()
    {
    }

    /// <summary>Hand an attempt at a Task node to a worker.</summary>
    /// <param name="Token">Identity of the attempt; the answer carries it.</param>
    /// <param name="Node">The node.</param>
    /// <param name="Resource">Its Resource as written.</param>
    /// <param name="Input">Effective input (after InputPath, Parameters).</param>
    /// <param name="Attempt">From 1.</param>
    /// <param name="TimeoutSeconds">Effective TimeoutSeconds; null when none was given.</param>
    /// <param name="HeartbeatSeconds">Effective HeartbeatSeconds; null when none was given.</param>
    public sealed record DispatchWorkItem(Guid Token, string Node, string Resource, JsonElement Input, int Attempt, int? TimeoutSeconds, int? HeartbeatSeconds) : Command;

    /// <summary>Signal <see cref="Signal.TimerElapsed"/> with this token and kind at DueAt. Replaces an earlier timer of the same token and kind.</summary>
    public sealed record StartTimer(Guid Token, TimerKind Kind, DateTimeOffset DueAt) : Command;

    /// <summary>Drop the timers with this token, all of them or those of one kind; one that is already on its way does no harm.</summary>
    public sealed record CancelTimers(Guid Token, TimerKind? Kind = null) : Command;

    /// <summary>Create child scopes and start the first MaxConcurrency of them (0: all); the others are held back until <see cref="ReleaseScopes"/>.</summary>
    /// <param name="Token">Identity of the group; children report with it.</param>
    /// <param name="Node">The Map or Parallel node.</param>
    /// <param name="Scopes">The children in index order; never empty.</param>
    /// <param name="Variables">Outer variables the children may read: a JSON object.</param>
    /// <param name="MaxConcurrency">0: no limit.</param>
    public sealed record OpenScopes(Guid Token, string Node, IReadOnlyList<ChildScope> Scopes, JsonElement Variables, int MaxConcurrency) : Command;

    /// <summary>Start the next Count children of the group, in index order, that were held back by MaxConcurrency; fewer when fewer are left.</summary>
    public sealed record ReleaseScopes(Guid Token, int Count) : Command;

    /// <summary>Read the items of a distributed Map: signal <see cref="Signal.ItemsRead"/> or <see cref="Signal.ItemsNotRead"/> with this token.</summary>
    /// <param name="Token">Identity of the execution of the Map.</param>
    /// <param name="Node">The Map.</param>
    /// <param name="Source">Where they are.</param>
    public sealed record ReadItems(Guid Token, string Node, ItemSource Source) : Command;

    /// <summary>Write the results of the group's children: signal <see cref="Signal.ResultsWritten"/> or <see cref="Signal.ResultsNotWritten"/> with this token.</summary>
    /// <param name="Token">Identity of the group.</param>
    /// <param name="Node">The Map.</param>
    /// <param name="Target">Where they go.</param>
    public sealed record WriteResults(Guid Token, string Node, ResultTarget Target) : Command;

    /// <summary>All children closed: signal <see cref="Signal.ChildrenClosed"/> with their outputs, in the same transaction.</summary>
    public sealed record JoinChildren(Guid Token) : Command;

    /// <summary>
    /// Go on with the children of a group that failed, as the group <paramref name="NewToken"/>: signal <see cref="Signal.ChildrenReopened"/> with the number of those that ended
    /// well, in the same transaction; the others run again, in index order and MaxConcurrency (0: all) at a time: with <see cref="Signal.Redriven"/>, or
    /// <see cref="Signal.Started"/> where they never began.
    /// </summary>
    public sealed record RedriveScopes(Guid Token, Guid NewToken, int MaxConcurrency) : Command;

    /// <summary>Close the open children of the group, and theirs, as cancelled; their tokens are void, their timers dropped.</summary>
    public sealed record CancelChildren(Guid Token) : Command;

    /// <summary>The node ended well with the result of this attempt: what the attempt appended to the run's journal counts.</summary>
    public sealed record KeepJournal(Guid Token, string Node) : Command;

    /// <summary>The last attempt failed and nothing retries or catches it.</summary>
    public sealed record DeadLetter(Guid Token, string Node, string Resource, JsonElement Input, int Attempts, string? Error, string? Cause) : Command;

    /// <summary>The scope ended well: the run, when it is the root; else the parent is told.</summary>
    public sealed record Succeed(JsonElement Output) : Command;

    /// <summary>The scope ended with an error: the run fails, when it is the root; else the parent is told.</summary>
    public sealed record Fail(string? Error, string? Cause) : Command;

    /// <summary>Write an event to the history.</summary>
    public sealed record Record(HistoryRecord Event) : Command;
}

/// <summary>One event of the history, in the terms of Step Functions' execution history.</summary>
public sealed record HistoryRecord
{
    /// <summary>E.g. <c>ExecutionStarted</c>, <c>TaskStateEntered</c>, <c>TaskScheduled</c>, <c>MapIterationStarted</c>.</summary>
    public required string Type { get; init; }

    /// <summary>The node concerned.</summary>
    public string? Node { get; init; }

    /// <summary>Input, of entering and scheduling events.</summary>
    public JsonElement? Input { get; init; }

    /// <summary>Output, of leaving and succeeding events.</summary>
    public JsonElement? Output { get; init; }

    /// <summary>Variables assigned, of leaving events: a JSON object.</summary>
    public JsonElement? Assigned { get; init; }

    /// <summary>Error name.</summary>
    public string? Error { get; init; }

    /// <summary>Cause.</summary>
    public string? Cause { get; init; }

    /// <summary>Resource, of scheduling events.</summary>
    public string? Resource { get; init; }

    /// <summary>Token, of task events.</summary>
    public Guid? Token { get; init; }

    /// <summary>Attempt, of task events.</summary>
    public int? Attempt { get; init; }

    /// <summary>Index, of iteration events.</summary>
    public int? Index { get; init; }

    /// <summary>Number of items, of MapStateStarted.</summary>
    public int? Length { get; init; }

    /// <summary>Where an evaluation failed, of EvaluationFailed.</summary>
    public string? Location { get; init; }
}
