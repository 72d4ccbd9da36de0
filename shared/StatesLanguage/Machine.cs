using System.Collections.Frozen;
using Flow.StatesLanguage.States;

namespace Flow.StatesLanguage;

/// <summary>A state machine: the definition's own, a branch of a Parallel, or the processor of a Map. Immutable.</summary>
public sealed class Machine
{
    private readonly FrozenDictionary<string, State> _byName;

    internal Machine(string pointer, string startAt, string? comment, IReadOnlyList<State> states, IReadOnlyCollection<string> variableNames)
    {
        Pointer = pointer;
        StartAt = startAt;
        Comment = comment;
        States = states;
        VariableNames = variableNames;
        _byName = states.ToFrozenDictionary(s => s.Name, StringComparer.Ordinal);
    }

    /// <summary>Where it stands in the definition: a JSON pointer, empty for the definition's own.</summary>
    public string Pointer { get; }

    /// <summary>The state it begins with.</summary>
    public string StartAt { get; }

    /// <summary>Its Comment.</summary>
    public string? Comment { get; }

    /// <summary>Its states in document order.</summary>
    public IReadOnlyList<State> States { get; }

    /// <summary>Names of the variables that it, or a machine in it, reads.</summary>
    internal IReadOnlyCollection<string> VariableNames { get; }

    /// <summary>The state of that name.</summary>
    /// <exception cref="ArgumentException">There is none.</exception>
    public State this[string name] =>
        _byName.GetValueOrDefault(name) ?? throw new ArgumentException($"The machine '{Pointer}' has no state '{name}'.", nameof(name));

    internal bool Has(string name) => _byName.ContainsKey(name);
}
