using Flow.Contracts;

namespace Flow.Transports;

/// <summary>Which lane of the work queues is served when items wait in several.</summary>
public enum LaneOrder
{
    /// <summary>By turns, each lane as often as its weight says. None starves.</summary>
    Weighted = 0,

    /// <summary>The most urgent one, always. The others are served while it is empty.</summary>
    Strict = 1,
}

/// <summary>How the lanes of work queues share what serves them. A lane in which no item waits leaves its share to the others.</summary>
public sealed class LaneRules
{
    /// <summary>Largest weight of a lane.</summary>
    public const int MaxWeight = 100;

    /// <summary>Largest <see cref="GapMilliseconds"/>.</summary>
    public const int MaxGapMilliseconds = 10_000;

    /// <summary>Whether by weights or by strict order. Default: <see cref="LaneOrder.Weighted"/>.</summary>
    public LaneOrder Order { get; set; } = LaneOrder.Weighted;

    /// <summary>Weight of the lane for <see cref="Priority.Critical"/>. Default 6; 1 to 100.</summary>
    public int Critical { get; set; } = 6;

    /// <summary>Weight of the lane for <see cref="Priority.Default"/>. Default 3; 1 to 100.</summary>
    public int Default { get; set; } = 3;

    /// <summary>Weight of the lane for <see cref="Priority.Low"/>. Default 1; 1 to 100.</summary>
    public int Low { get; set; } = 1;

    /// <summary>
    /// Longest time from the end of an item to the coming of the next one of its lane, in milliseconds: so long a place is kept for a lane whose turn it is. Default 250; 1 to 10,000. Larger where the
    /// broker delivers slowly, or shares shift from a lane that is waited for too briefly to the others; smaller where a place must not idle.
    /// </summary>
    public int GapMilliseconds { get; set; } = 250;
}
