using Flow.StatesLanguage.Expressions;

namespace Flow.StatesLanguage.States;

/// <summary>A state of a definition. Immutable; made by <see cref="Definition.Read"/>.</summary>
public abstract record State
{
    private protected State()
    {
    }

    /// <summary>Its name, unique in the whole definition.</summary>
    public required string Name { get; init; }

    /// <summary>Where it stands in the definition: a JSON pointer, e.g. <c>/States/Fetch</c>.</summary>
    public required string Pointer { get; init; }

    /// <summary>Its Type as written: Task, Pass, Choice, Wait, Parallel, Map, Succeed or Fail.</summary>
    public abstract string Type { get; }

    /// <summary>Its Comment.</summary>
    public string? Comment { get; init; }

    /// <summary>The state that follows; null when the machine ends here, and in a Choice.</summary>
    public string? Next { get; init; }

    /// <summary>The states that may follow when all goes well, each once.</summary>
    public virtual IReadOnlyList<string> NextTargets => Next is null ? [] : [Next];

    /// <summary>The states that may follow an error, in the order of Catch, each once.</summary>
    public IReadOnlyList<string> CatchTargets => [.. Catch.Select(c => c.Next).Distinct(StringComparer.Ordinal)];

    /// <summary>The machines nested in it: the branches of a Parallel, the one processor of a Map; else empty.</summary>
    public IReadOnlyList<Machine> Machines { get; init; } = [];

    /// <summary>Whether the machine may end here.</summary>
    internal virtual bool IsTerminal => Next is null;

    /// <summary>How data goes through it.</summary>
    internal DataFlow Flow { get; init; } = new PathFlow();

    internal IReadOnlyList<Retrier> Retry { get; init; } = [];

    internal IReadOnlyList<Catcher> Catch { get; init; } = [];
}
