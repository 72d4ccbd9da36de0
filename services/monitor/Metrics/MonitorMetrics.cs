using System.Diagnostics.Metrics;
using Flow.Hosting;
using Flow.Monitor.Projections;

namespace Flow.Monitor.Metrics;

/// <summary>
/// The instruments of the meter Flow. Totals are read from the tables, where the transaction of each event changed them; so they are the store's truth,
/// also after a restart and with several monitors. Every monitor reports the same totals: take the maximum over monitors, not the sum.
/// </summary>
internal sealed class MonitorMetrics
{
    private const int MaxWorkflows = 100;
    private const int MaxNodes = 500;

    /// <summary>After this much quiet the last group's lag says nothing any more.</summary>
    private static readonly TimeSpan LagMemory = TimeSpan.FromSeconds(15);

    private readonly BoundedLabels _workflows = new(MaxWorkflows);
    private readonly BoundedLabels _nodes = new(MaxNodes);
    private readonly BoundedLabels _reasons = new(20);
    private readonly Histogram<double> _duration;
    private readonly TimeProvider _time;
    private volatile MetricsSnapshot _snapshot = MetricsSnapshot.Empty;
    private volatile EventLag? _lag;

    public MonitorMetrics(IMeterFactory factory, TimeProvider time)
    {
        _time = time;
        var meter = factory.Create(FlowTelemetry.Name);
        foreach (var (name, description) in new[]
        {
            ("started", "Runs that began."),
            ("succeeded", "Runs that ended well."),
            ("failed", "Runs that ended with an error nobody caught."),
            ("cancelled", "Runs that an operator ended."),
            ("timed_out", "Runs that their own time limit ended."),
        })
            meter.CreateObservableCounter("flow.runs." + name, () => ByWorkflow("runs." + name), "{run}", description);
        meter.CreateObservableCounter("flow.runs.rejected", () => ByReason(CounterNames.RunsRejected), "{run}", "Starts that were refused, by reason.");
        meter.CreateObservableCounter("flow.dead_letters.removed", () => ByReason(CounterNames.DeadLettersRemoved), "{item}", "Dead letters that retention removed, by reason: age, count.");
        meter.CreateObservableGauge("flow.runs.open", () => Bounded(_snapshot.OpenRuns), "{run}", "Runs that have not ended.");
        foreach (var (name, description) in new[]
        {
            ("succeeded", "Attempts at a node that ended well."),
            ("failed", "Attempts at a node that failed or timed out."),
            ("retried", "Attempts at a node after its first one."),
        })
            meter.CreateObservableCounter("flow.nodes." + name, () => ByNode("nodes." + name), "{attempt}", description);
        meter.CreateObservableGauge("flow.workers", Workers, "{worker}", "Workers by liveness.");
        meter.CreateObservableGauge("flow.dead_letters", () => Bounded(_snapshot.DeadLetters), "{item}", "Work items that nobody will retry by itself any more.");
        meter.CreateObservableGauge("flow.monitor.event_lag_seconds", Lag, "s", "Age of the oldest event of the group written last.");
        _duration = meter.CreateHistogram<double>("flow.run.duration", "s", "From start to end of a run, of the runs that this process saw end.");
    }

    public void Publish(MetricsSnapshot snapshot)
    {
        foreach (var counter in snapshot.Counters) // the busiest come first, so they are admitted first
            _ = counter.Node.Length == 0 ? _workflows.Admits(counter.Workflow) : _nodes.Admits(counter.Workflow + "\n" + counter.Node);
        _snapshot = snapshot;
    }

    public void Committed(ProjectionState state, IEnumerable<object> messages, DateTimeOffset now)
    {
        foreach (var (workflow, ending, duration) in state.Endings)
            _duration.Record(Math.Max(0, duration.TotalSeconds), new("workflow", _workflows.Of(workflow)), new("status", ending.ToString()));
        var oldest = messages.Min(Projector.MomentOf);
        if (oldest is { } moment)
            _lag = new(now, Math.Max(0, (now - moment).TotalSeconds));
    }

    private IEnumerable<Measurement<long>> ByWorkflow(string name) => Bounded(_snapshot.Counters.Where(c => c.Name == name).ToDictionary(c => c.Workflow, c => c.Value));

    private IEnumerable<Measurement<long>> Bounded(IReadOnlyDictionary<string, long> values) =>
        values.GroupBy(v => _workflows.Of(v.Key), v => v.Value).Select(g => new Measurement<long>(g.Sum(), new KeyValuePair<string, object?>("workflow", g.Key)));

    private IEnumerable<Measurement<long>> ByNode(string name) =>
        _snapshot.Counters.Where(c => c.Name == name)
            .GroupBy(c => _nodes.Admits(c.Workflow + "\n" + c.Node) ? (c.Workflow, c.Node) : (Workflow: _workflows.Of(c.Workflow), Node: BoundedLabels.Other), c => c.Value)
            .Select(g => new Measurement<long>(g.Sum(), new("workflow", g.Key.Workflow), new("node", g.Key.Node)));

    private IEnumerable<Measurement<long>> ByReason(string name) =>
        _snapshot.Counters.Where(c => c.Name == name)
            .GroupBy(c => _reasons.Of(c.Workflow), c => c.Value)
            .Select(g => new Measurement<long>(g.Sum(), new KeyValuePair<string, object?>("reason", g.Key)));

    private IEnumerable<Measurement<long>> Workers() =>
        _snapshot.Workers.Select(w => new Measurement<long>(w.Value, new KeyValuePair<string, object?>("state", w.Key.ToString().ToLowerInvariant())));

    private double Lag() => _lag is { } lag && _time.GetUtcNow() - lag.At < LagMemory ? lag.Seconds : 0;

    private sealed record EventLag(DateTimeOffset At, double Seconds);
}
