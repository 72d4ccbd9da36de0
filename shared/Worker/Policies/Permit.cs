namespace Flow.Worker.Policies;

/// <summary>A permit that was asked for: for a moment, soon after which it has lapsed; or none.</summary>
internal sealed class Permit
{
    private readonly Task<Slot> _slot;
    private readonly SharedRate _rate;
    private readonly TimeProvider _time;
    private readonly long _asked;
    private Slot? _given;

    public Permit(Task<Slot> slot, SharedRate rate, TimeProvider time)
    {
        (_slot, _rate, _time, _asked) = (slot, rate, time, time.GetTimestamp());
        Due = WaitAsync();
    }

    /// <summary>Ends when the moment has come, or it is known that there is none. Never fails.</summary>
    public Task Due { get; }

    /// <summary>Whether there is none, as far as is known.</summary>
    public bool IsRefused => Due.IsCompleted && _given is Slot.None;

    /// <summary>Whether its time is up.</summary>
    public bool HasLapsed => Due.IsCompleted && _given is Slot.Moment moment && _time.GetElapsedTime(moment.Asked) > moment.End;

    /// <summary>Uses it, if it is time, and says so.</summary>
    public bool TryUse()
    {
        if (!Due.IsCompleted || IsRefused)
            return false;
        var hasLapsed = HasLapsed;
        _rate.Count(hasLapsed ? "lapsed" : "used", _time.GetElapsedTime(_asked));
        return !hasLapsed;
    }

    /// <summary>After a refusal, waits for as long as another request would be of no use.</summary>
    public Task RestAsync(CancellationToken cancellationToken) =>
        _given is Slot.None none ? Task.Delay(none.Rest, _time, cancellationToken) : Task.CompletedTask;

    private async Task WaitAsync()
    {
        _given = await _slot;
        switch (_given)
        {
            case Slot.None none:
                _rate.Count(none.IsAnswered ? "refused" : "unanswered", _time.GetElapsedTime(_asked));
                break;
            case Slot.Moment moment:
                // A delay is cut to whole milliseconds.
                while (moment.Begin - _time.GetElapsedTime(moment.Asked) is var wait && wait > TimeSpan.Zero)
                    await Task.Delay(TimeSpan.FromMilliseconds(Math.Ceiling(wait.TotalMilliseconds)), _time);
                break;
        }
    }

    /// <summary>What the orchestrator says.</summary>
    internal abstract record Slot
    {
        /// <summary>There is one.</summary>
        /// <param name="Asked">When it was asked for.</param>
        /// <param name="Begin">When it may be used, counted from there.</param>
        /// <param name="End">Until when.</param>
        public sealed record Moment(long Asked, TimeSpan Begin, TimeSpan End) : Slot;

        /// <summary>There is none.</summary>
        /// <param name="Rest">For how long another request would be of no use.</param>
        /// <param name="IsAnswered">Whether the orchestrator says so, or nobody says anything.</param>
        public sealed record None(TimeSpan Rest, bool IsAnswered) : Slot;
    }
}
