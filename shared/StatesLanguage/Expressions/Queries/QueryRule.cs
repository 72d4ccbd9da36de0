using System.Text.Json;

namespace Flow.StatesLanguage.Expressions.Queries;

/// <summary>The Condition of an entry of Choices: true, false, or a JSONata expression that gives one of them.</summary>
internal sealed class QueryRule(bool literal, Expression? condition) : ChoiceRule
{
    private const string Field = "Condition";

    public override IReadOnlyCollection<string> VariableNames => condition?.VariableNames ?? [];

    protected override bool Holds(Evaluation evaluation)
    {
        if (condition is null)
            return literal;
        var found = condition.Evaluate(evaluation, Field);
        return found.ValueKind is JsonValueKind.True or JsonValueKind.False
            ? found.GetBoolean()
            : throw JsonataText.Failed(Field, $"The JSONata expression '{condition.Text}' of the field '{Field}' gives {found.GetRawText()}, which is neither true nor false.");
    }
}
