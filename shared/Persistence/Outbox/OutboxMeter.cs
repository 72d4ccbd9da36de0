using System.Diagnostics.Metrics;
using Microsoft.EntityFrameworkCore;

namespace Flow.Persistence;

/// <summary>The outbox in the meter "Flow": what the sweeper saw when it last looked, so that reading costs nothing.</summary>
internal sealed class OutboxMeter<TDbContext> : IDisposable
    where TDbContext : DbContext
{
    private readonly Meter _meter = new("Flow");
    private volatile OutboxLook _last = new(0, 0, null);

    public OutboxMeter(TimeProvider time)
    {
        var tag = new KeyValuePair<string, object?>("context", typeof(TDbContext).Name);
        _meter.CreateObservableGauge(
            "flow.outbox.pending", () => new Measurement<long>(_last.Pending, tag), "{message}", "Messages that are due and not yet confirmed by the broker.");
        _meter.CreateObservableGauge(
            "flow.outbox.oldest_age_seconds",
            () => new Measurement<double>(_last.Oldest is { } oldest ? Math.Max(0, (time.GetUtcNow().UtcDateTime - oldest).TotalSeconds) : 0, tag),
            "s",
            "How long the oldest of the pending messages has been due.");
        _meter.CreateObservableGauge(
            "flow.outbox.parked", () => new Measurement<long>(_last.Parked, tag), "{message}", "Messages given up after repeated failures; an operator must look at them.");
    }

    public void Record(OutboxLook look) => _last = look;

    public void Dispose() => _meter.Dispose();
}

/// <summary>What a look at the table found; times are UTC.</summary>
internal sealed record OutboxLook(long Pending, long Parked, DateTime? Oldest);
