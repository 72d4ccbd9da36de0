using Flow.StatesLanguage.Expressions;

namespace Flow.StatesLanguage.States;

/// <summary>Walks several machines at once.</summary>
public sealed record ParallelState : State
{
    internal ParallelState()
    {
    }

    /// <inheritdoc/>
    public override string Type => "Parallel";
}

/// <summary>Walks one machine for every item of an array.</summary>
public sealed record MapState : State
{
    internal MapState()
    {
    }

    /// <inheritdoc/>
    public override string Type => "Map";

    /// <summary>Whether its ProcessorConfig says DISTRIBUTED: iterations see no outer variables, and their failures count as tolerated or exceeding.</summary>
    public bool IsDistributed { get; init; }

    /// <summary>ItemsPath.</summary>
    internal JsonPath? ItemsPath { get; init; }

    /// <summary>Items (JSONata).</summary>
    internal Template? Items { get; init; }

    /// <summary>ItemSelector, or Parameters in the older spelling.</summary>
    internal Template? ItemSelector { get; init; }

    internal ItemReader? ItemReader { get; init; }

    internal ItemBatcher? ItemBatcher { get; init; }

    internal ResultWriter? ResultWriter { get; init; }

    internal Sourced<double?>? MaxConcurrency { get; init; }

    internal Sourced<double?>? ToleratedFailureCount { get; init; }

    internal Sourced<double?>? ToleratedFailurePercentage { get; init; }
}
