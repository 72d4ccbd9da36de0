using Flow.StatesLanguage;

namespace Flow.Testing.Driving;

/// <summary>The timers of a run, on the virtual clock.</summary>
internal sealed class Timers(Agenda agenda)
{
    private readonly Dictionary<(Guid Token, TimerKind Kind), Appointment> _running = [];

    public bool IsRunning(Guid token, TimerKind kind) => _running.ContainsKey((token, kind));

    public void Start(Command.StartTimer timer, Action elapsed)
    {
        var key = (timer.Token, timer.Kind);
        Cancel(key);
        _running[key] = agenda.Add(timer.DueAt, () =>
        {
            _running.Remove(key);
            elapsed();
        });
    }

    public void Cancel(Guid token, TimerKind? only = null)
    {
        foreach (var kind in Enum.GetValues<TimerKind>().Where(k => only is null || k == only))
            Cancel((token, kind));
    }

    public void CancelAll()
    {
        foreach (var key in _running.Keys.ToList())
            Cancel(key);
    }

    private void Cancel((Guid Token, TimerKind Kind) key)
    {
        if (_running.Remove(key, out var timer))
            timer.Cancel();
    }
}
