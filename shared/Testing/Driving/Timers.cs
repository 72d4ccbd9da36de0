using Flow.StatesLanguage;

namespace Flow.Testing.Driving;

/// <summary>A timer that fell due.</summary>
internal readonly record struct Timer(Guid ScopeId, Guid Token, TimerKind Kind, DateTimeOffset DueAt);

/// <summary>Timers on a virtual clock: the earliest first, in order of starting among equals.</summary>
internal sealed class Timers
{
    private readonly List<Timer> _timers = [];

    public void Start(Guid scopeId, Command.StartTimer timer)
    {
        _timers.RemoveAll(t => t.Token == timer.Token && t.Kind == timer.Kind);
        _timers.Add(new(scopeId, timer.Token, timer.Kind, timer.DueAt));
    }

    public void Cancel(Guid token) => _timers.RemoveAll(t => t.Token == token);

    public bool TryTake(DateTimeOffset deadline, out Timer timer)
    {
        timer = _timers.Count == 0 ? default : _timers.MinBy(t => t.DueAt);
        return _timers.Remove(timer) && timer.DueAt <= deadline;
    }
}
