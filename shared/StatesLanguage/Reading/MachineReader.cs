using System.Text.Json;
using Flow.StatesLanguage.States;

namespace Flow.StatesLanguage.Reading;

/// <summary>Reads a state machine: the definition's own, or one nested in a Map or Parallel.</summary>
internal static class MachineReader
{
    /// <summary>Longest name of a state, in characters.</summary>
    private const int MaxNameLength = 80;

    public static Machine? ReadRoot(JsonElement root, ICollection<Finding> findings, bool isExpress, out int? timeoutSeconds)
    {
        var fields = new Fields(root, "", findings) { IsExpress = isExpress };
        timeoutSeconds = fields.Integer("TimeoutSeconds", 1);
        fields.Text("Version");
        fields.Language = Languages.Read(fields, QueryLanguage.JSONPath);
        return Read(fields, "A state machine", new HashSet<string>(StringComparer.Ordinal));
    }

    /// <param name="source">The machine's JSON.</param>
    /// <param name="pointer">Where it stands.</param>
    /// <param name="owner">The state it is nested in.</param>
    /// <param name="names">Names of the states read so far.</param>
    /// <param name="isExpress">Whether it is to run as an express execution.</param>
    public static Machine? ReadNested(JsonElement source, string pointer, Fields owner, ISet<string> names, bool isExpress = false)
    {
        if (source.ValueKind == JsonValueKind.Object)
        {
            var fields = new Fields(source, pointer, owner.Findings, owner.MachineLanguage) { IsExpress = isExpress || owner.IsExpress };
            fields.Value("ProcessorConfig");
            return Read(fields, "A nested state machine", names);
        }

        owner.Findings.Add(new(pointer, Rules.WrongType, $"A state machine must be an object, but is {Fields.NameOf(source.ValueKind)}."));
        return null;
    }

    private static Machine? Read(Fields fields, string owner, ISet<string> names)
    {
        var comment = fields.Text("Comment");
        var startAt = fields.RequiredText("StartAt");
        if (!fields.Has("States"))
            fields.Missing("States");
        var source = fields.Value("States", JsonValueKind.Object);
        fields.RefuseOthers(owner);
        if (source is not { } members)
            return null;

        var pointer = fields.PointerTo("States");
        if (!members.EnumerateObject().Any())
            fields.Add("States", Rules.MissingField, "'States' is empty: a machine has at least one state.");

        var states = new List<State>();
        foreach (var member in members.EnumerateObject())
        {
            CheckName(member.Name, Json.Step(pointer, member.Name), names, fields.Findings);
            if (StateReader.Read(member.Name, member.Value, Json.Step(pointer, member.Name), fields, names) is { } state)
                states.Add(state);
        }

        var all = members.EnumerateObject().Select(m => m.Name).ToHashSet(StringComparer.Ordinal);
        Graph.Check(fields, startAt, all, states);
        return startAt is null || !all.Contains(startAt) || states.Count < all.Count
            ? null
            : new Machine(fields.Pointer, startAt, comment, states, VariableNames(states));
    }

    private static void CheckName(string name, string pointer, ISet<string> names, ICollection<Finding> findings)
    {
        if (name.Length is 0 or > MaxNameLength)
            findings.Add(new(pointer, Rules.InvalidName, $"The name of a state has 1 to {MaxNameLength} characters, but '{name}' has {name.Length}."));
        if (!names.Add(name))
            findings.Add(new(pointer, Rules.DuplicateState, $"Another state of this definition is called '{name}' too: names are unique in the whole definition."));
    }

    private static HashSet<string> VariableNames(IEnumerable<State> states) =>
        states.SelectMany(VariablesRead.By).ToHashSet(StringComparer.Ordinal);
}
