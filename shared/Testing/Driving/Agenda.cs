namespace Flow.Testing.Driving;

/// <summary>What is still to happen, on a virtual clock that jumps to the next due time once nothing is left to happen now.</summary>
internal sealed class Agenda(DateTimeOffset now, Delivery? delivery = null)
{
    private readonly Delivery _delivery = delivery ?? new Delivery();
    private readonly LinkedList<Action> _inFlight = [];
    private readonly PriorityQueue<Appointment, (DateTimeOffset DueAt, long Order)> _later = new();
    private long _order;
    private bool _isPlaying;

    /// <summary>The time on the clock.</summary>
    public DateTimeOffset Now { get; private set; } = now;

    /// <summary>Now, after all that is to happen now already.</summary>
    public void Add(Action happen) => _inFlight.AddLast(happen);

    /// <summary>At a time; among equals in order of adding, but after all others when it is to be the last.</summary>
    public Appointment Add(DateTimeOffset dueAt, Action happen, bool isLast = false)
    {
        var appointment = new Appointment(happen);
        _later.Enqueue(appointment, (dueAt, isLast ? long.MaxValue : _order++));
        return appointment;
    }

    /// <summary>Lets happen what is due until then, as long as this holds; nothing when it is under way already.</summary>
    public void Play(DateTimeOffset until, Func<bool> goesOn)
    {
        if (_isPlaying)
            return;

        _isPlaying = true;
        try
        {
            while (goesOn() && Next(until) is { } happen)
                happen();
        }
        finally
        {
            _isPlaying = false;
        }
    }

    /// <summary>Nothing more happens before then: the clock goes there.</summary>
    public void Rest(DateTimeOffset until) => Now = until > Now ? until : Now;

    private Action? Next(DateTimeOffset until)
    {
        while (_later.TryPeek(out var first, out _) && first.IsCancelled && !_delivery.DeliversCancelled())
            _later.Dequeue();

        var isDue = _later.TryPeek(out _, out var next) && next.DueAt <= until;
        var choices = _inFlight.Count + (isDue ? 1 : 0);
        if (choices == 0)
            return null;

        var chosen = _delivery.Choose(choices);
        if (chosen < _inFlight.Count)
            return Take(chosen);

        Rest(next.DueAt);
        return _later.Dequeue().Happen;
    }

    private Action Take(int index)
    {
        var node = _inFlight.First!;
        while (index-- > 0)
            node = node.Next!;
        _inFlight.Remove(node);
        return node.Value;
    }
}

/// <summary>Something due at a time, unless it is cancelled before.</summary>
internal sealed class Appointment(Action happen)
{
    public Action Happen { get; } = happen;

    public bool IsCancelled { get; private set; }

    public void Cancel() => IsCancelled = true;
}
