using Flow.Monitor.Data;

namespace Flow.Monitor.Projections;

/// <summary>
/// The rows a group of events touches: those that exist, and those the events add. The projections work on this alone, so they know no database;
/// because each event leaves a row under its own natural key, a repeat finds it and changes nothing.
/// </summary>
internal sealed class ProjectionState
{
    public Dictionary<Guid, RunRow> Runs { get; } = [];

    public HashSet<(Guid RunId, RunFact Kind, DateTimeOffset At)> Facts { get; } = [];

    public HashSet<(Guid ScopeId, long Sequence)> Transitions { get; } = [];

    public Dictionary<Guid, AttemptRow> Attempts { get; } = [];

    public Dictionary<(string Name, string Workflow, string Node), CounterRow> Counters { get; } = [];

    public Dictionary<string, WorkerRow> Workers { get; } = new(StringComparer.Ordinal);

    public HashSet<Guid> Rejections { get; } = [];

    /// <summary>By the attempt's token.</summary>
    public Dictionary<Guid, DeadLetterRow> DeadLetters { get; } = [];

    /// <summary>Rows that are new.</summary>
    public List<object> Added { get; } = [];

    /// <summary>Runs that ended for the first time in this group, for the duration histogram.</summary>
    public List<(string Workflow, RunFact Ending, TimeSpan Duration)> Endings { get; } = [];

    public T Add<T>(T row)
        where T : class
    {
        Added.Add(row);
        return row;
    }

    public RunRow Run(Guid runId, string workflow, DateTimeOffset at)
    {
        if (!Runs.TryGetValue(runId, out var run))
            Runs[runId] = run = Add(new RunRow { RunId = runId, Workflow = workflow, StartedAt = at });
        else if (!run.IsStartKnown && at < run.StartedAt)
            run.StartedAt = at;
        return run;
    }

    public void Count(string name, string workflow, string node = "")
    {
        if (!Counters.TryGetValue((name, workflow, node), out var counter))
            Counters[(name, workflow, node)] = counter = Add(new CounterRow { Name = name, Workflow = workflow, Node = node });
        counter.Value++;
    }
}
