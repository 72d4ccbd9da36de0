using System.Threading.RateLimiting;
using Flow.Contracts;
using Flow.Transports;

namespace Flow.Worker.Policies;

/// <summary>What the items of one handler pass before it is called: its places, its rests, its rate.</summary>
internal sealed class HandlerGate : IDisposable
{
    // In how many steps permits come back. More are more even.
    private const int RateSegments = 10;

    private readonly Policy _policy;
    private readonly TimeProvider _time;
    private readonly Action<bool> _changed;
    private readonly Lock _lock = new();
    private readonly LaneTurns? _places;
    private readonly SlidingWindowRateLimiter? _rate;
    private readonly KillSwitch? _switch;
    private TaskCompletionSource _next = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ITimer? _wake;
    private int _leased;
    private DateTimeOffset _restsUntil;

    /// <param name="policy">The handler's policy.</param>
    /// <param name="lanes">How its places are shared by the lanes of its queue.</param>
    /// <param name="time">The clock of its rests.</param>
    /// <param name="changed">Called after <see cref="IsShut"/> may have changed, with whether a rest begins.</param>
    /// <param name="shared">The rate that it has in all processes together, if there is one.</param>
    public HandlerGate(Policy policy, LaneRules lanes, TimeProvider time, Action<bool> changed, SharedRate? shared = null)
    {
        (_policy, _time, _changed, Shared) = (policy, time, changed, shared);
        if (policy.Concurrency is { } places)
            _places = new LaneTurns(places, lanes, time);
        if (policy.Rest is { } rest)
            _switch = new KillSwitch(rest);
        if (policy.Rate is { IsShared: false } rate)
        {
            _rate = new SlidingWindowRateLimiter(new()
            {
                PermitLimit = rate.Permits, Window = rate.Period, SegmentsPerWindow = RateSegments, QueueLimit = int.MaxValue, AutoReplenishment = true,
            });
        }
    }

    /// <summary>Whether no item of the handler can begin for a while: it rests, or each of its places is taken by an item under a lease.</summary>
    public bool IsShut
    {
        get
        {
            lock (_lock)
                return _switch is { IsResting: true } || (_policy.Concurrency is { } places && _leased == places);
        }
    }

    /// <summary>Gives the permits without which no call begins; null: none are needed.</summary>
    public SharedRate? Shared { get; }

    /// <summary>When the handler's rest is over; null: it does not rest.</summary>
    public DateTimeOffset? RestsUntil
    {
        get
        {
            lock (_lock)
                return _switch is { IsResting: true } ? _restsUntil : null;
        }
    }

    /// <summary>Takes a place of the handler.</summary>
    public Task EnterAsync(Priority priority, CancellationToken cancellationToken) => _places?.EnterAsync(priority, cancellationToken) ?? Task.CompletedTask;

    /// <summary>Frees it.</summary>
    public void Leave(Priority priority, bool wasLeased)
    {
        _places?.Leave(priority, bringsNext: !wasLeased);
        if (wasLeased)
            Change(() => _leased--);
    }

    /// <summary>The item at a place is under a lease from now on.</summary>
    public void Lease() => Change(() => _leased++);

    /// <summary>Waits until <see cref="TryBegin"/> may go well.</summary>
    public async Task ReadyAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            Task next;
            lock (_lock)
            {
                if (_switch is null or { MayBegin: true })
                    break;
                next = _next.Task;
            }

            await next.WaitAsync(cancellationToken);
        }

        if (_rate is not null)
        {
            // Of no permits: waits until there are some, and takes none.
            using var _ = await _rate.AcquireAsync(0, cancellationToken);
        }
    }

    /// <summary>Begins an item, if nothing is against it now.</summary>
    /// <param name="isTrial">Whether it is the one that is tried after a rest.</param>
    public bool TryBegin(out bool isTrial)
    {
        lock (_lock)
        {
            isTrial = false;
            if (_switch is { MayBegin: false })
                return false;
            using var permit = _rate?.AttemptAcquire();
            if (permit is { IsAcquired: false })
                return false;
            isTrial = _switch?.Begin() ?? false;
            return true;
        }
    }

    /// <summary>Waits until an item that has begun may call the handler again.</summary>
    public async Task AgainAsync(string? rateKey, CancellationToken cancellationToken)
    {
        if (Shared is not null)
            await Shared.UseAsync(rateKey, cancellationToken);
        if (_rate is not null)
        {
            using var _ = await _rate.AcquireAsync(1, cancellationToken);
        }
    }

    /// <summary>An item that has begun has ended.</summary>
    /// <param name="wasTrial">What <see cref="TryBegin"/> said of it.</param>
    /// <param name="failed">Whether the handler failed; null: it was not its doing.</param>
    public void End(bool wasTrial, bool? failed)
    {
        if (_switch is null)
            return;
        var rests = false;
        lock (_lock)
        {
            rests = _switch.End(wasTrial, failed, _time.GetUtcNow());
            if (rests)
            {
                _restsUntil = _time.GetUtcNow() + _policy.Rest!.Rest;
                _wake?.Dispose();
                _wake = _time.CreateTimer(_ => Change(_switch.Wake), null, _policy.Rest!.Rest, Timeout.InfiniteTimeSpan);
            }
        }

        if (rests || wasTrial)
            Change(() => { }, rests);
    }

    public void Dispose()
    {
        _rate?.Dispose();
        lock (_lock)
            _wake?.Dispose();
    }

    private void Change(Action change, bool restBegins = false)
    {
        TaskCompletionSource next;
        lock (_lock)
        {
            change();
            (next, _next) = (_next, new(TaskCreationOptions.RunContinuationsAsynchronously));
        }

        next.SetResult();
        _changed(restBegins);
    }
}
