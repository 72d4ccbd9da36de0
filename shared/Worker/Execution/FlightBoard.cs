using System.Collections.Concurrent;
using Flow.Contracts;

namespace Flow.Worker.Execution;

/// <summary>
/// The items in hand, and the runs known to be cancelled. A run counts as cancelled for items scheduled up to its cancellation, so that a redrive of the same
/// run is served. Remembers at most <see cref="MaxCancelledRuns"/> runs for at most <see cref="MaxAge"/>; what is forgotten costs a handler call, whose result the
/// orchestrator refuses.
/// </summary>
internal sealed class FlightBoard(TimeProvider time)
{
    public const int MaxCancelledRuns = 10_000;

    public static readonly TimeSpan MaxAge = TimeSpan.FromHours(1);

    private readonly ConcurrentDictionary<Flight, byte> _flights = new();
    private readonly Lock _lock = new();
    private readonly Dictionary<Guid, DateTimeOffset> _cancelled = [];
    private readonly Queue<(Guid RunId, DateTimeOffset SeenAt)> _order = new();

    public IReadOnlyList<InFlightItem> InFlight =>
    [
        .. _flights.Keys.OrderBy(f => f.StartedAt).Select(f => new InFlightItem(f.Item.RunId, f.Item.ScopeId, f.Item.Node, f.Item.Token, f.Item.Attempt, f.StartedAt)),
    ];

    public int CancelledRuns
    {
        get
        {
            lock (_lock)
                return _cancelled.Count;
        }
    }

    public void Add(Flight flight) => _flights.TryAdd(flight, 0);

    public void Remove(Flight flight) => _flights.TryRemove(flight, out _);

    /// <summary>Whether the item's run was cancelled after the item was scheduled.</summary>
    public bool IsCancelled(NodeWorkItem item)
    {
        lock (_lock)
            return _cancelled.TryGetValue(item.RunId, out var at) && item.ScheduledAt <= at;
    }

    /// <summary>Cancels the run's items in hand and remembers the run for those still queued.</summary>
    public async Task Cancel(RunCancelled run)
    {
        lock (_lock)
        {
            var now = time.GetUtcNow();
            _cancelled[run.RunId] = run.Timestamp;
            _order.Enqueue((run.RunId, now));
            while (_order.Count > MaxCancelledRuns || (_order.TryPeek(out var oldest) && now - oldest.SeenAt > MaxAge))
                _cancelled.Remove(_order.Dequeue().RunId);
        }

        foreach (var flight in _flights.Keys.Where(f => IsCancelled(f.Item)))
            await flight.CancelRun();
    }
}
