using System.Text.Json;
using Flow.StatesLanguage.Interpreting;
using Flow.StatesLanguage.MapData;

namespace Flow.StatesLanguage;

// What a signal does, by where the scope stands. An empty place: late, or a duplicate: no change and no command.
// Signals other than Started and Redriven carry a token and count only when it is the outstanding one.
//
//                   | Pending | Attempt          | Delay     | Wait  | Group            | Joining | Reading | Writing | Ended
// ------------------+---------+------------------+-----------+-------+------------------+---------+---------+---------+------
// Started           | enter   |                  |           |       |                  |         |         |         |
// TaskSucceeded     |         | leave            |           |       |                  |         |         |         |
// TaskFailed        |         | fail             |           |       |                  |         |         |         |
// TaskHeartbeat     |         | restart timer    |           |       |                  |         |         |         |
// TaskLeased        |         | restart timer    |           |       |                  |         |         |         |
// TaskReleased      |         | hand out anew    |           |       |                  |         |         |         |
// TimerElapsed of   |         | Timeout or       | Retry:    | Wait: |                  |         |         |         |
//                   |         | Heartbeat: fail; | try again | leave |                  |         |         |         |
//                   |         | Lease: hand out  |           |       |                  |         |         |         |
//                   |         | anew, or fail    |           |       |                  |         |         |         |
// ItemsRead         |         |                  |           |       |                  |         | open    |         |
// ItemsNotRead      |         |                  |           |       |                  |         | fail    |         |
// ChildClosed well  |         |                  |           |       | release or join  |         |         |         |
// ChildClosed ill   |         |                  |           |       | tolerate or fail |         |         |         |
// ChildrenReopened  |         |                  |           |       | count or join    |         |         |         |
// ChildrenClosed    |         |                  |           |       |                  | leave,  |         |         |
//                   |         |                  |           |       |                  | or write|         |         |
// ResultsWritten    |         |                  |           |       |                  |         |         | leave   |
// ResultsNotWritten |         |                  |           |       |                  |         |         | fail    |
// Redriven          |         | enter            | enter     | enter | reopen           | reopen  | enter   | reopen  | failed: enter, reopen
//
// enter: walk on from node to node until one waits or the machine ends.   leave: shape the result, then enter what follows.
// fail: the first of Retry (to Delay), Catch (enter its Next), end as failed.   Node by node this is in Entering, Attempting, Joining, Leaving, Failing.

/// <summary>What a signal leads to.</summary>
/// <param name="Scope">The scope after it.</param>
/// <param name="Commands">What to do, in order; empty when the signal was late or a duplicate.</param>
public sealed record Step(Scope Scope, IReadOnlyList<Command> Commands);

/// <summary>The interpreter: a pure function from a scope and a signal to the next scope and the commands that follow.</summary>
public static class Interpreter
{
    /// <summary>Most nodes walked for one signal before the run fails with States.Runtime (a loop that never waits).</summary>
    public const int StepBudget = 10_000;

    /// <summary>Handles one signal. The same arguments give the same step.</summary>
    /// <param name="definition">The definition the scope's run is bound to.</param>
    /// <param name="scope">The scope, with its <see cref="Scope.Execution"/> put in.</param>
    /// <param name="signal">What happened.</param>
    /// <param name="moment">When, and the seed of chance; every call needs a seed of its own, as tokens derive from it.</param>
    /// <exception cref="ArgumentException">The scope lacks its Execution, or stands at a machine or node that the definition does not have.</exception>
    public static Step Step(Definition definition, Scope scope, Signal signal, Moment moment)
    {
        ArgumentNullException.ThrowIfNull(definition);
        ArgumentNullException.ThrowIfNull(scope);
        ArgumentNullException.ThrowIfNull(signal);
        var walk = new Walk(definition, scope, moment);
        return Answer(walk, signal) is { } answer ? walk.Run(answer) : new(scope, []);
    }

    /// <summary>
    /// Whether a run may take this value as its input: JSON may hold half of a surrogate pair, which no string, message or database can carry.
    /// The driver refuses such an input at the border; what tasks return is checked by the interpreter.
    /// </summary>
    public static bool Accepts(JsonElement input) => input.ValueKind == JsonValueKind.Undefined || Json.IsReadable(input);

    private static Func<Move?>? Answer(Walk walk, Signal signal)
    {
        var token = walk.Scope.Token;
        return (walk.Situation, signal) switch
        {
            (Situation.Pending, Signal.Started) => () => Entering.Begin(walk),
            (Situation.Attempt, Signal.TaskSucceeded s) when s.Token == token => () => Attempting.Succeeded(walk, s.Output, s.HasJournal),
            (Situation.Attempt, Signal.TaskFailed s) when s.Token == token => () => Attempting.Failed(walk, s.Error, s.Cause),
            (Situation.Attempt, Signal.TaskHeartbeat s) when s.Token == token => () => Holding.Heard(walk, s.Progress),
            (Situation.Attempt, Signal.TaskLeased s) when s.Token == token => () => Holding.Leased(walk, s),
            (Situation.Attempt, Signal.TaskReleased s) when s.Token == token => () => Holding.Released(walk, s.IsHeld),
            (Situation.Attempt, Signal.TimerElapsed { Kind: TimerKind.Timeout } s) when s.Token == token => () => Attempting.TimedOut(walk),
            (Situation.Attempt, Signal.TimerElapsed { Kind: TimerKind.Heartbeat } s) when s.Token == token => () => Holding.Silent(walk),
            (Situation.Attempt, Signal.TimerElapsed { Kind: TimerKind.Lease } s) when s.Token == token && walk.Scope.Vitals?.LeasedUntil is not null => () => Holding.Lost(walk),
            (Situation.Delay, Signal.TimerElapsed { Kind: TimerKind.Retry } s) when s.Token == token => () => Attempting.Begin(walk),
            (Situation.Wait, Signal.TimerElapsed { Kind: TimerKind.Wait } s) when s.Token == token => () => Entering.Awake(walk),
            (Situation.Group, Signal.ChildClosed s) when s.Token == token => () => Joining.Closed(walk, s),
            (Situation.Group, Signal.ChildrenReopened s) when s.Token == token => () => Redriving.Reopened(walk, s.Succeeded),
            (Situation.Joining, Signal.ChildrenClosed s) when s.Token == token => () => Joining.Collected(walk, s.Outputs),
            (Situation.Reading, Signal.ItemsRead s) when s.Token == token => () => ItemFetching.Fetched(walk, s.Items),
            (Situation.Reading, Signal.ItemsNotRead s) when s.Token == token => () => ItemFetching.Failed(walk, ItemReading.Error, s.Cause),
            (Situation.Writing, Signal.ResultsWritten s) when s.Token == token => () => ResultWriting.Written(walk, s.Result),
            (Situation.Writing, Signal.ResultsNotWritten s) when s.Token == token => () => ResultWriting.Failed(walk, s.Cause),
            (not Situation.Pending, Signal.Redriven s) when walk.Scope.Status != ScopeStatus.Succeeded && s.Number == walk.Scope.Redrives + 1 => () => Redriving.Begin(walk, s),
            _ => null,
        };
    }
}
