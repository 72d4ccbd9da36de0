namespace Flow.Worker.Policies;

/// <summary>
/// Decides when a handler rests: after so many failures in a row within a window, for a time. After the rest one item alone is tried: when it goes well the handler is as before, when it fails the handler rests
/// again. Knows no clock; not safe for use by several threads.
/// </summary>
internal sealed class KillSwitch(RestRules rules)
{
    private readonly Queue<DateTimeOffset> _row = new();
    private bool _onTrial;
    private bool _isTrying;

    /// <summary>Whether nothing may begin.</summary>
    public bool IsResting { get; private set; }

    /// <summary>Whether an item may begin.</summary>
    public bool MayBegin => !IsResting && !_isTrying;

    /// <summary>An item begins.</summary>
    /// <returns>Whether it is the one that is tried after a rest.</returns>
    public bool Begin() => _onTrial && (_isTrying = true);

    /// <summary>The rest is over.</summary>
    public void Wake() => (IsResting, _onTrial) = (false, true);

    /// <summary>An item has ended.</summary>
    /// <param name="wasTrial">What <see cref="Begin"/> said of it.</param>
    /// <param name="failed">Whether the handler failed; null: it was not its doing.</param>
    /// <param name="now">The time.</param>
    /// <returns>Whether the handler rests from now on.</returns>
    public bool End(bool wasTrial, bool? failed, DateTimeOffset now)
    {
        if (wasTrial)
            _isTrying = false;
        // What began before the rest says nothing of what is after it.
        if (failed is not { } bad || IsResting || (_onTrial && !wasTrial))
            return false;
        if (!bad)
        {
            _row.Clear();
            _onTrial = false;
            return false;
        }

        _row.Enqueue(now);
        while (_row.Count > rules.Failures)
            _row.Dequeue();
        IsResting = wasTrial || (_row.Count == rules.Failures && now - _row.Peek() <= rules.Window);
        if (IsResting)
            _row.Clear();
        return IsResting;
    }
}
