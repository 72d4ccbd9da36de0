using Flow.StatesLanguage.States;

namespace Flow.StatesLanguage.NodeTesting;

/// <summary>The node under test, in its definition.</summary>
/// <param name="Definition">The definition, or the machine made around a state that was given alone.</param>
/// <param name="Machine">The machine it stands in.</param>
/// <param name="State">The node.</param>
/// <param name="Pointer">Where it stands in the text that was given.</param>
internal sealed record TestedNode(Definition Definition, Machine Machine, State State, string Pointer)
{
    private const int MostNamed = 20;

    /// <summary>Finds the node in the text of a definition, or of one state.</summary>
    public static (TestedNode? Node, Refusal? Refusal) Find(string text, string? name)
    {
        var alone = SingleState.Read(text, name ?? SingleState.DefaultName);
        var reading = alone ?? Definition.Read(text);
        if (reading.Definition is not { } definition)
            return (null, Unsound(reading.Findings));
        if (alone is not null)
            return (new(definition, definition.Root, definition.Root[definition.StartAt], ""), null);

        var nodes = definition.Machines.SelectMany(m => m.States.Select(s => new TestedNode(definition, m, s, s.Pointer))).ToList();
        var found = name is null && nodes is [var only] ? only : nodes.FirstOrDefault(n => n.State.Name == name);
        return found is not null ? (found, null) : (null, Unknown(name, nodes));
    }

    private static Refusal Unsound(IReadOnlyList<Finding> findings) => new(
        RefusalRules.InvalidDefinition,
        $"The definition has {findings.Count} finding{(findings.Count == 1 ? "" : "s")}; the first: {findings[0].Pointer}: {findings[0].Message}",
        findings);

    private static Refusal Unknown(string? name, IReadOnlyList<TestedNode> nodes)
    {
        var names = string.Join(", ", nodes.Take(MostNamed).Select(n => n.State.Name)) + (nodes.Count > MostNamed ? ", …" : "");
        var message = name is null ? $"Say which node to test: {names}." : $"The definition has no node '{name}'; its nodes are: {names}.";
        return new(RefusalRules.UnknownNode, message, []);
    }
}
