namespace Flow.Testing;

/// <summary>What a faked handler does with an attempt. Immutable.</summary>
public sealed record Reply
{
    private Reply(ReplyKind kind) => Kind = kind;

    /// <summary>Nothing is ever heard of the attempt: its worker died. TimeoutSeconds or HeartbeatSeconds end it, if it has them.</summary>
    public static Reply Hang { get; } = new(ReplyKind.Hang);

    /// <summary>The attempt waits for the holder of its token: for <see cref="Attempt.Succeed"/>, <see cref="Attempt.Fail"/> or a timeout.</summary>
    public static Reply Hold { get; } = new(ReplyKind.Hold);

    internal ReplyKind Kind { get; }

    internal object? Output { get; private init; }

    internal string? Error { get; private init; }

    internal string? Cause { get; private init; }

    internal TimeSpan Delay { get; private init; }

    internal TimeSpan? BeatsEvery { get; private init; }

    /// <summary>The attempt succeeds; of a Resource with <c>.waitForTaskToken</c>: because the holder of the token says so.</summary>
    /// <param name="output">Its output: anything that becomes JSON by <see cref="TestSettings.Json"/>; JSON text goes through <c>JsonElement.Parse</c>.</param>
    public static Reply Return(object? output) => new(ReplyKind.Return) { Output = output };

    /// <summary>The attempt fails: Retry and Catch of the node decide what follows.</summary>
    /// <param name="error">Error name, e.g. <c>Carrier.Down</c>; null: none.</param>
    /// <param name="cause">Cause; null: none.</param>
    public static Reply Fail(string? error, string? cause = null) => new(ReplyKind.Fail) { Error = error, Cause = cause };

    /// <summary>The same, so long after the dispatch; of <see cref="Hang"/> and <see cref="Hold"/>: heartbeats end then. What comes at the very moment of a timeout is in time.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The delay is negative.</exception>
    public Reply After(TimeSpan delay)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(delay, TimeSpan.Zero);
        return this with { Delay = delay };
    }

    /// <summary>The same, with heartbeats at this interval until <see cref="After"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The interval is not above zero.</exception>
    public Reply Beating(TimeSpan every)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(every, TimeSpan.Zero);
        return this with { BeatsEvery = every };
    }
}

internal enum ReplyKind
{
    Return,
    Fail,
    Hang,
    Hold,
}
