using System.Text.Json;
using Flow.StatesLanguage.Expressions;
using Flow.StatesLanguage.States;

namespace Flow.StatesLanguage.Reading;

/// <summary>Reads a Choice.</summary>
internal static class ChoiceReader
{
    public static ChoiceState Read(string name, Fields fields)
    {
        var choices = new List<Choice>();
        if (!fields.Has("Choices"))
            fields.Missing("Choices");
        if (fields.Value("Choices", JsonValueKind.Array) is { } entries)
        {
            if (entries.GetArrayLength() == 0)
                fields.Add("Choices", Rules.MissingField, "'Choices' is empty: a Choice has at least one.");
            foreach (var (index, entry) in entries.EnumerateArray().Index())
            {
                if (ReadEntry(entry, Json.Step(fields.PointerTo("Choices"), index), fields.Findings) is { } choice)
                    choices.Add(choice);
            }
        }

        return new()
        {
            Name = name,
            Pointer = fields.Pointer,
            InputPath = fields.Selection("InputPath"),
            OutputPath = fields.Selection("OutputPath"),
            Assign = fields.Template("Assign"),
            Default = fields.Text("Default"),
            Choices = choices,
        };
    }

    private static Choice? ReadEntry(JsonElement entry, string pointer, ICollection<Finding> findings)
    {
        if (entry.ValueKind != JsonValueKind.Object)
        {
            findings.Add(new(pointer, Rules.WrongType, $"An entry of Choices must be an object, but is {Fields.NameOf(entry.ValueKind)}."));
            return null;
        }

        var fields = new Fields(entry, pointer, findings);
        var rule = ChoiceRule.Parse(entry, findings, pointer);
        var next = fields.RequiredText("Next");
        var assign = fields.Template("Assign");
        fields.Text("Comment");
        return rule is null || next is null ? null : new(rule, next, assign);
    }
}
