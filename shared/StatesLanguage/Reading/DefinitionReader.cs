using System.Text.Json;

namespace Flow.StatesLanguage.Reading;

/// <summary>Makes a definition of JSON text, or says all that is wrong with it.</summary>
internal static class DefinitionReader
{
    /// <summary>Deepest nesting of a definition's text; user text may not exhaust the stack.</summary>
    public const int MaxDepth = 128;

    public static DefinitionReading Read(string text, StateMachineType type)
    {
        JsonElement root;
        try
        {
            root = JsonElement.Parse(text, new JsonDocumentOptions { MaxDepth = MaxDepth });
        }
        catch (JsonException e)
        {
            return new(null, [new("", Rules.NotJson, $"The definition is not JSON (line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1}): {e.Message}")]);
        }

        if (root.ValueKind != JsonValueKind.Object)
            return new(null, [new("", Rules.WrongType, $"A definition must be an object, but is {Fields.NameOf(root.ValueKind)}.")]);

        var findings = new List<Finding>();
        try
        {
            DuplicateKeys.Find(root, findings);
        }
        catch (InvalidOperationException)
        {
            return new(null, [new("", Rules.NotJson, "The definition contains a text that is not valid Unicode (half of a surrogate pair).")]);
        }

        // A repeated field has no one meaning: nothing after it could be judged.
        if (findings.Count > 0)
            return new(null, findings);

        VariableScopes.Check(root, findings);
        var machine = MachineReader.ReadRoot(root, findings, type == StateMachineType.Express, out var timeoutSeconds);
        return findings.Count > 0 || machine is null
            ? new(null, DocumentOrder.Sort(root, findings))
            : new(new Definition(machine, timeoutSeconds), []);
    }
}
