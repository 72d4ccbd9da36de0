using System.Collections.Concurrent;
using Flow.Contracts;

namespace Flow.Worker.Execution;

/// <summary>
/// The items in hand, and the runs known to be cancelled or paused. A run counts so for items scheduled up to then, so that what a redrive or a resume sends is served. What
/// is forgotten of them costs a handler call, whose result the orchestrator refuses, or holds.
/// </summary>
internal sealed class FlightBoard(TimeProvider time)
{
    private readonly ConcurrentDictionary<Flight, byte> _flights = new();
    private long _succeeded;
    private long _failed;

    public IReadOnlyList<InFlightItem> InFlight =>
    [
        .. _flights.Keys.OrderBy(f => f.StartedAt).Select(f => new InFlightItem(f.Item.RunId, f.Item.ScopeId, f.Item.Node, f.Item.Token, f.Item.Attempt, f.StartedAt)
        {
            Handler = f.Item.Handler, Call = f.Call, MaxCalls = f.MaxCalls,
        }),
    ];

    /// <summary>Attempts that ended well here.</summary>
    public long Succeeded => Interlocked.Read(ref _succeeded);

    /// <summary>Attempts that failed here.</summary>
    public long Failed => Interlocked.Read(ref _failed);

    public RunMoments Cancelled { get; } = new(time);

    public RunMoments Paused { get; } = new(time);

    public void Add(Flight flight) => _flights.TryAdd(flight, 0);

    public void Remove(Flight flight) => _flights.TryRemove(flight, out _);

    /// <summary>Counts an attempt that has ended.</summary>
    public void Count(Outcome outcome)
    {
        if (outcome is Outcome.Succeeded)
            Interlocked.Increment(ref _succeeded);
        else if (outcome is Outcome.Failed)
            Interlocked.Increment(ref _failed);
    }

    /// <summary>What becomes of an item whose run goes no further for now; null: it may begin.</summary>
    public Outcome? Refusal(NodeWorkItem item) => Cancelled.Cover(item) ? new Outcome.Dropped()
        : Paused.Cover(item) ? new Outcome.Returned()
        : null;

    /// <summary>Cancels the run's items in hand and remembers the run for those still queued.</summary>
    public async Task Cancel(RunCancelled run)
    {
        Cancelled.Add(run.RunId, run.Timestamp);
        foreach (var flight in _flights.Keys.Where(f => Cancelled.Cover(f.Item)))
            await flight.CancelRun();
    }
}
