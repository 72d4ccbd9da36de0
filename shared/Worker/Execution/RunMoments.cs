using Flow.Contracts;

namespace Flow.Worker.Execution;

/// <summary>Runs to which something happened, with the moment of it: at most <see cref="MostRuns"/> of them, for at most <see cref="MaxAge"/>.</summary>
internal sealed class RunMoments(TimeProvider time)
{
    public const int MostRuns = 10_000;

    public static readonly TimeSpan MaxAge = TimeSpan.FromHours(1);

    private readonly Lock _lock = new();
    private readonly Dictionary<Guid, DateTimeOffset> _moments = [];
    private readonly Queue<(Guid RunId, DateTimeOffset SeenAt)> _order = new();

    public int Count
    {
        get
        {
            lock (_lock)
                return _moments.Count;
        }
    }

    public void Add(Guid runId, DateTimeOffset moment)
    {
        lock (_lock)
        {
            var now = time.GetUtcNow();
            _moments[runId] = moment;
            _order.Enqueue((runId, now));
            while (_order.Count > MostRuns || (_order.TryPeek(out var oldest) && now - oldest.SeenAt > MaxAge))
                _moments.Remove(_order.Dequeue().RunId);
        }
    }

    public void Remove(Guid runId)
    {
        lock (_lock)
            _moments.Remove(runId);
    }

    /// <summary>Whether it happened to the item's run after the item was scheduled.</summary>
    public bool Cover(NodeWorkItem item)
    {
        lock (_lock)
            return _moments.TryGetValue(item.RunId, out var moment) && item.ScheduledAt <= moment;
    }
}
