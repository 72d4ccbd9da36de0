using System.Text.Json;

namespace Flow.StatesLanguage.Reading;

/// <summary>Which machine a variable belongs to: one within another reads the variables of the outer one, but cannot assign them.</summary>
internal static class VariableScopes
{
    /// <summary>Finds names that a nested machine and one around it both assign; iterations of a distributed Map see nothing of what is around them.</summary>
    public static void Check(JsonElement machine, ICollection<Finding> findings) => Check(machine, "", [], findings);

    private static void Check(JsonElement machine, string pointer, HashSet<string> outer, ICollection<Finding> findings)
    {
        var states = Members(machine, "States").Where(s => s.Value.ValueKind == JsonValueKind.Object).Select(s => (s.Value, Pointer: Json.Step($"{pointer}/States", s.Name))).ToList();
        var own = states.SelectMany(s => Assigned(s.Value, s.Pointer)).ToList();
        foreach (var (variable, place) in own.Where(v => outer.Contains(v.Name)))
            findings.Add(new(place, Rules.OuterVariable, $"'{variable}' belongs to a machine around this one, which may read it but not assign it: give the variable here another name."));

        var visible = outer.Concat(own.Select(v => v.Name)).ToHashSet(StringComparer.Ordinal);
        foreach (var (nested, place) in states.SelectMany(s => Nested(s.Value, s.Pointer)))
            Check(nested, place, IsDistributed(nested) ? [] : visible, findings);
    }

    /// <summary>What a state assigns, itself and in its Catch and Choices.</summary>
    private static IEnumerable<(string Name, string Pointer)> Assigned(JsonElement state, string pointer) =>
        Entries(state, pointer, "Catch").Concat(Entries(state, pointer, "Choices")).Prepend((state, pointer)).SelectMany(owner => Members(owner.Item1, "Assign")
            .Select(m => (m.Name.EndsWith(".$", StringComparison.Ordinal) ? m.Name[..^2] : m.Name, Json.Step($"{owner.Item2}/Assign", m.Name))));

    private static IEnumerable<(JsonElement Machine, string Pointer)> Nested(JsonElement state, string pointer) =>
    [
        .. Entries(state, pointer, "Branches"),
        .. from field in (string[])["ItemProcessor", "Iterator"]
           where state.TryGetProperty(field, out _)
           select (state.GetProperty(field), Json.Step(pointer, field)),
    ];

    private static IEnumerable<(JsonElement, string)> Entries(JsonElement owner, string pointer, string field) =>
        owner.TryGetProperty(field, out var entries) && entries.ValueKind == JsonValueKind.Array
            ? entries.EnumerateArray().Select((entry, index) => (entry, Json.Step(Json.Step(pointer, field), index)))
            : [];

    private static IEnumerable<JsonProperty> Members(JsonElement owner, string field) =>
        owner.ValueKind == JsonValueKind.Object && owner.TryGetProperty(field, out var members) && members.ValueKind == JsonValueKind.Object
            ? members.EnumerateObject()
            : Enumerable.Empty<JsonProperty>();

    private static bool IsDistributed(JsonElement machine) =>
        Members(machine, "ProcessorConfig").Any(m => m is { Name: "Mode", Value.ValueKind: JsonValueKind.String } && m.Value.ValueEquals("DISTRIBUTED"));
}
