using System.Security.Cryptography;
using System.Text;
using Flow.Contracts;
using Microsoft.Extensions.Logging;

namespace Flow.Worker.Policies;

/// <summary>Asks the orchestrator.</summary>
/// <exception cref="Exception">It does not answer.</exception>
internal delegate Task<PermitsReserved> PermitRequest(ReservePermits request);

/// <summary>
/// The rate that a handler has in all processes together. Permits are reserved with the orchestrator, by key, for those who wait for one and for nobody else: one request at a time for a key, for as many as have come
/// meanwhile. Without an answer there is no permit.
/// </summary>
internal sealed class SharedRate(string handler, RateRules rules, PermitRequest request, WorkerTelemetry telemetry, TimeProvider time, ILogger logger)
{
    /// <summary>How far ahead a permit is of use: as long as an item waits for one.</summary>
    private static readonly TimeSpan Horizon = TimeSpan.FromSeconds(5);

    /// <summary>How long an item that gets none stays in the worker, so that a queue of such items does not circle too fast.</summary>
    private static readonly TimeSpan RestWithoutPermit = TimeSpan.FromSeconds(1);

    /// <summary>How long the orchestrator is not asked again when it did not answer, nor an item sent away.</summary>
    private static readonly TimeSpan RestWithoutAnswer = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan Use = TimeSpan.FromSeconds(PermitLimits.UseSeconds);

    private readonly Lock _lock = new();
    private readonly Dictionary<string, Queue<TaskCompletionSource<Permit.Slot>>> _asking = new(StringComparer.Ordinal);
    private TimeSpan _lead;
    private long _unansweredAt;
    private bool _isUnanswered;

    /// <summary>Asks for a permit.</summary>
    /// <param name="key">The item's key; null or empty: that of all items without one.</param>
    public Permit Ask(string? key)
    {
        var slot = new TaskCompletionSource<Permit.Slot>(TaskCreationOptions.RunContinuationsAsynchronously);
        var permit = new Permit(slot.Task, this, time);
        var name = NameOf(key);
        lock (_lock)
        {
            if (_isUnanswered && time.GetElapsedTime(_unansweredAt) < RestWithoutAnswer)
            {
                slot.SetResult(new Permit.Slot.None(RestWithoutAnswer, IsAnswered: false));
                return permit;
            }

            if (_asking.TryGetValue(name, out var others))
            {
                others.Enqueue(slot);
                return permit;
            }

            _asking[name] = new([slot]);
        }

        _ = ServeAsync(name);
        return permit;
    }

    /// <summary>Waits for a permit, however long that takes, and uses it.</summary>
    public async Task UseAsync(string? key, CancellationToken cancellationToken)
    {
        while (true)
        {
            var permit = Ask(key);
            await permit.Due.WaitAsync(cancellationToken);
            if (permit.TryUse())
                return;
            await permit.RestAsync(cancellationToken);
        }
    }

    /// <summary>Counts what became of a permit.</summary>
    public void Count(string outcome, TimeSpan waited) => telemetry.Permit(handler, outcome, waited);

    private async Task ServeAsync(string name)
    {
        while (true)
        {
            List<TaskCompletionSource<Permit.Slot>> asking = [];
            lock (_lock)
            {
                while (asking.Count < PermitLimits.MaxCount && _asking[name].TryDequeue(out var next))
                    asking.Add(next);
                if (asking.Count == 0)
                {
                    _asking.Remove(name);
                    return;
                }
            }

            var slots = await ReserveAsync(name, asking.Count);
            foreach (var (waiting, slot) in asking.Zip(slots))
                waiting.SetResult(slot);
        }
    }

    /// <summary>A slot for each who asks. Moments are counted from the answer, and their ends from the request: whichever way the answer took long, no permit is used too early or too late.</summary>
    private async Task<IEnumerable<Permit.Slot>> ReserveAsync(string name, int count)
    {
        var asked = time.GetTimestamp();
        PermitsReserved answer;
        try
        {
            answer = await request(new()
            {
                Key = name,
                Permits = rules.Permits,
                PeriodSeconds = (int)rules.Period.TotalSeconds,
                Burst = rules.Burst,
                Count = count,
                MaxWaitSeconds = Horizon.TotalSeconds,
                LeadSeconds = _lead.TotalSeconds,
            });
        }
        catch (Exception e)
        {
            lock (_lock)
                (_isUnanswered, _unansweredAt) = (true, time.GetTimestamp());
            logger.LogWarning("No orchestrator gives permits for handler {Handler} ({Reason}): its items wait. It is asked again in {Rest}.", handler, e.Message, RestWithoutAnswer);
            return Enumerable.Repeat(new Permit.Slot.None(RestWithoutAnswer, IsAnswered: false), count);
        }

        var took = time.GetElapsedTime(asked);
        lock (_lock)
        {
            _isUnanswered = false;
            // Permits that are due before they come cannot be used. Where answers take so long, they are asked for in time.
            _lead = took < Use / 2 ? TimeSpan.Zero : took < Horizon ? took : Horizon;
        }

        return Enumerable.Range(0, count).Select(Permit.Slot (i) =>
        {
            if (i >= answer.Count)
                return new Permit.Slot.None(RestWithoutPermit, IsAnswered: true);
            var wait = TimeSpan.FromSeconds(Math.Max(0, answer.WaitSeconds + (i * answer.IntervalSeconds)));
            return new Permit.Slot.Moment(asked, took + wait, wait + Use);
        }).ToList();
    }

    /// <summary>The handler's name, and the key; what would be too long is its hash.</summary>
    private string NameOf(string? key)
    {
        if (string.IsNullOrEmpty(key))
            return handler;
        var name = $"{handler}/{key}";
        return name.Length <= PermitLimits.MaxKeyLength ? name : $"{handler}/{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)))[..32]}";
    }
}
