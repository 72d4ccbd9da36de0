using System.Text.Json;
using Flow.StatesLanguage.Expressions;
using Flow.StatesLanguage.Expressions.Queries;
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
                if (ReadEntry(entry, Json.Step(fields.PointerTo("Choices"), index), fields) is { } choice)
                    choices.Add(choice);
            }
        }

        return new()
        {
            Name = name,
            Pointer = fields.Pointer,
            Flow = StateReader.Passing(fields),
            Default = fields.Text("Default"),
            Choices = choices,
        };
    }

    private static Choice? ReadEntry(JsonElement entry, string pointer, Fields state)
    {
        if (entry.ValueKind != JsonValueKind.Object)
        {
            state.Findings.Add(new(pointer, Rules.WrongType, $"An entry of Choices must be an object, but is {Fields.NameOf(entry.ValueKind)}."));
            return null;
        }

        var fields = new Fields(entry, pointer, state.Findings, state.Language);
        var rule = fields.IsJsonata ? ReadCondition(fields) : ChoiceRule.Parse(entry, fields.Findings, pointer);
        var next = fields.RequiredText("Next");
        var assign = StateReader.Assigned(fields);
        var output = fields.IsJsonata ? fields.Template("Output") : null;
        fields.Text("Comment");
        if (fields.IsJsonata)
            fields.RefuseOthers("An entry of Choices");
        return rule is null || next is null ? null : new(rule, next, assign, output);
    }

    private static QueryRule? ReadCondition(Fields fields)
    {
        if (!fields.Has("Condition"))
            fields.Missing("Condition");
        if (fields.Value("Condition") is { ValueKind: JsonValueKind.True or JsonValueKind.False } literal)
            return new(literal.GetBoolean(), null);
        return fields.Query("Condition") is { } condition ? new(false, condition) : null;
    }
}
