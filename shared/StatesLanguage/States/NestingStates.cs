using Flow.StatesLanguage.Expressions;

namespace Flow.StatesLanguage.States;

/// <summary>Walks several machines at once.</summary>
public sealed record ParallelState : WorkingState
{
    internal ParallelState()
    {
    }

    /// <inheritdoc/>
    public override string Type => "Parallel";
}

/// <summary>Walks one machine for every item of an array.</summary>
public sealed record MapState : WorkingState
{
    internal MapState()
    {
    }

    /// <inheritdoc/>
    public override string Type => "Map";

    /// <summary>Whether its ProcessorConfig says DISTRIBUTED: iterations see no outer variables, and their failures count as tolerated or exceeding.</summary>
    public bool IsDistributed { get; init; }

    internal JsonPath? ItemsPath { get; init; }

    /// <summary>ItemSelector, or Parameters in the older spelling.</summary>
    internal PayloadTemplate? ItemSelector { get; init; }

    internal Number? MaxConcurrency { get; init; }

    internal Number? ToleratedFailureCount { get; init; }

    internal Number? ToleratedFailurePercentage { get; init; }
}
