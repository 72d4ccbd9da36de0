using System.Text.Json;
using Flow.Contracts;
using Flow.Orchestrator.Storage;
using Flow.StatesLanguage;

namespace Flow.Orchestrator.Runs;

/// <summary>
/// What a transition adds to the history. Its events are one row; where it leaves several nodes they are several, each with the last output of one of them, so that the row is found by
/// that node's name. All of them bear the transition's number.
/// </summary>
internal sealed class Chronicle(IRunTransaction transaction, ScopeState state)
{
    private readonly List<(HistoryRow Row, List<HistoryEvent> Events)> _rows = [];
    private HashSet<Command.Record> _lastExits = [];
    private HistoryRow? _failed;

    public bool HasBegun => _rows.Count > 0;

    /// <summary>Opens the first row, before the commands of a step are performed.</summary>
    public void Begin(IReadOnlyList<Command> commands)
    {
        // A loop of nodes that wait for nothing may leave each of them many times: the last one counts.
        _lastExits = commands.OfType<Command.Record>().Where(record => IsExit(record.Event.Type)).Reverse().DistinctBy(record => record.Event.Node)
            .ToHashSet<Command.Record>(ReferenceEqualityComparer.Instance);
        if (HasBegun)
            return;
        state.Sequence++;
        Open();
    }

    /// <summary>Adds what happened, by the command that asked for it, if one did.</summary>
    public void Add(HistoryEvent happened, Command.Record? command = null)
    {
        var isLastExit = command is not null && _lastExits.Contains(command);
        if (isLastExit && _rows[^1].Row.NodeLeft is not null)
            Open();
        var (row, events) = _rows[^1];
        events.Add(happened);
        if (isLastExit)
            row.NodeLeft = happened.Node;
        if (IsFailedAttempt(happened))
        {
            row.Failure = AttemptFailure.Handled;
            _failed = row;
        }
    }

    /// <summary>Nobody tries again what the transition told as failed.</summary>
    public void DeadLettered() => _failed!.Failure = AttemptFailure.Permanent;

    /// <summary>Fills the rows and tells whoever listens; a transition in which nothing happened leaves none, and is not counted.</summary>
    public async Task CloseAsync(string workflow)
    {
        if (!HasBegun)
            return;
        if (_rows[0].Events.Count == 0)
        {
            transaction.Remove(_rows[0].Row);
            state.Sequence--;
            return;
        }

        foreach (var (row, events) in _rows)
            row.Events = JsonSerializer.Serialize(events, OrchestratorJson.Options);
        await transaction.PublishAsync(new RunAdvanced
        {
            RunId = state.RunId,
            ScopeId = state.CorrelationId,
            Workflow = workflow,
            Sequence = state.Sequence,
            Events = [.. _rows.SelectMany(r => r.Events).Select(e => e with { Input = null, Output = null, Assigned = null })],
        });
    }

    /// <summary>Whether an event is the output of a node.</summary>
    public static bool IsExit(string type) => type.EndsWith("StateExited", StringComparison.Ordinal);

    /// <summary>Whether an event is the end of an attempt that failed.</summary>
    public static bool IsFailedAttempt(HistoryEvent happened) =>
        happened is { Token: not null, Attempt: not null } && (happened.Type.EndsWith("Failed", StringComparison.Ordinal) || happened.Type.EndsWith("TimedOut", StringComparison.Ordinal));

    private void Open()
    {
        var row = new HistoryRow { RunId = state.RunId, ScopeId = state.CorrelationId, Sequence = state.Sequence };
        transaction.Add(row);
        _rows.Add((row, []));
    }
}
