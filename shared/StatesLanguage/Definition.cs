namespace Flow.StatesLanguage;

/// <summary>One thing wrong with a definition.</summary>
/// <param name="Pointer">JSON pointer to the place, e.g. <c>/States/Fetch/Next</c>; empty for the whole text.</param>
/// <param name="Rule">Stable id of the rule broken, e.g. <c>missing-target</c>.</param>
/// <param name="Message">What is wrong and how to mend it.</param>
public sealed record Finding(string Pointer, string Rule, string Message);

/// <summary>A definition, or what is wrong with its text.</summary>
/// <param name="Definition">The definition; null when there are findings.</param>
/// <param name="Findings">In document order; empty when the definition is sound.</param>
public sealed record DefinitionReading(Definition? Definition, IReadOnlyList<Finding> Findings);

/// <summary>A sound definition in the Amazon States Language; immutable, made by <see cref="Read"/> only.</summary>
public sealed class Definition
{
    private Definition()
    {
    }

    /// <summary>Comment of the machine.</summary>
    public string? Comment { get; private init; }

    /// <summary>TimeoutSeconds of the machine.</summary>
    public int? TimeoutSeconds { get; private init; }

    /// <summary>Reads and validates JSON text. Never throws on user text.</summary>
    public static DefinitionReading Read(string text) => throw new NotImplementedException();
}
