using System.Collections.Frozen;
using Flow.StatesLanguage.Reading;
using Flow.StatesLanguage.States;

namespace Flow.StatesLanguage;

/// <summary>One thing wrong with a definition.</summary>
/// <param name="Pointer">JSON pointer to the place, e.g. <c>/States/Fetch/Next</c>; empty for the whole text.</param>
/// <param name="Rule">Stable id of the rule broken, e.g. <c>missing-target</c>.</param>
/// <param name="Message">What is wrong and how to mend it.</param>
public sealed record Finding(string Pointer, string Rule, string Message);

/// <summary>The types of state machines that Step Functions has.</summary>
public enum StateMachineType
{
    /// <summary>Runs as long as it takes, and may wait for jobs, tokens and activities.</summary>
    Standard,

    /// <summary>Runs for minutes, and waits for none of these.</summary>
    Express,
}

/// <summary>A definition, or what is wrong with its text.</summary>
/// <param name="Definition">The definition; null when there are findings.</param>
/// <param name="Findings">In document order; empty when the definition is sound.</param>
public sealed record DefinitionReading(Definition? Definition, IReadOnlyList<Finding> Findings);

/// <summary>A sound definition in the Amazon States Language; immutable, made by <see cref="Read"/> only.</summary>
public sealed class Definition
{
    private readonly FrozenDictionary<string, Machine> _machines;
    private readonly FrozenDictionary<string, State> _owners;

    internal Definition(Machine root, int? timeoutSeconds)
    {
        Root = root;
        TimeoutSeconds = timeoutSeconds;
        var nested = Nested(root).ToList();
        Machines = [root, .. nested.Select(n => n.Machine)];
        _machines = Machines.ToFrozenDictionary(m => m.Pointer, StringComparer.Ordinal);
        _owners = nested.ToFrozenDictionary(n => n.Machine.Pointer, n => n.Owner, StringComparer.Ordinal);
    }

    /// <summary>Comment of the machine.</summary>
    public string? Comment => Root.Comment;

    /// <summary>TimeoutSeconds of the machine; null: no limit.</summary>
    public int? TimeoutSeconds { get; }

    /// <summary>The state a run begins with.</summary>
    public string StartAt => Root.StartAt;

    /// <summary>The states of the definition's own machine, in document order; those of nested machines are found through <see cref="State.Machines"/>.</summary>
    public IReadOnlyList<State> States => Root.States;

    /// <summary>The definition's own machine.</summary>
    public Machine Root { get; }

    /// <summary>All machines: the definition's own, then the nested ones, each before those within it.</summary>
    public IReadOnlyList<Machine> Machines { get; }

    /// <summary>Reads and validates JSON text. Never throws on user text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="type">What it is to be run as in Step Functions; Flow runs everything as standard.</param>
    public static DefinitionReading Read(string text, StateMachineType type = StateMachineType.Standard)
    {
        ArgumentNullException.ThrowIfNull(text);
        return DefinitionReader.Read(text, type);
    }

    /// <summary>The machine at a pointer (<see cref="Scope.Machine"/>).</summary>
    /// <exception cref="ArgumentException">There is none.</exception>
    public Machine Machine(string pointer) =>
        _machines.GetValueOrDefault(pointer) ?? throw new ArgumentException($"The definition has no machine at '{pointer}'.", nameof(pointer));

    /// <summary>The Map or Parallel that a machine is nested in; null for the definition's own.</summary>
    public State? OwnerOf(string pointer) => _owners.GetValueOrDefault(pointer);

    private static IEnumerable<(Machine Machine, State Owner)> Nested(Machine machine) =>
        machine.States.SelectMany(state => state.Machines.SelectMany(inner => Nested(inner).Prepend((inner, state))));
}
