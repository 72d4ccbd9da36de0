using System.Text.Json;

namespace Flow.StatesLanguage.Expressions.Choices;

/// <summary>IsPresent: whether the Variable is there.</summary>
internal sealed class PresenceRule(JsonPath variable, bool expected) : ChoiceRule
{
    public override IReadOnlyCollection<string> VariableNames => variable.VariableNames;

    protected override bool Holds(Evaluation evaluation) => variable.TryEvaluate(evaluation, out _) == expected;
}

/// <summary>A test of the Variable's value: a comparison with what the definition says, or of its type.</summary>
/// <param name="variable">The Variable.</param>
/// <param name="test">The test.</param>
internal sealed class ValueRule(JsonPath variable, Predicate<JsonElement> test) : ChoiceRule
{
    public override IReadOnlyCollection<string> VariableNames => variable.VariableNames;

    protected override bool Holds(Evaluation evaluation) => test(variable.Require(evaluation));
}

/// <summary>A comparison of the Variable's value with another found by a path.</summary>
internal sealed class PathRule(JsonPath variable, JsonPath other, Func<JsonElement, JsonElement, bool> compare) : ChoiceRule
{
    public override IReadOnlyCollection<string> VariableNames { get; } = [.. variable.VariableNames.Union(other.VariableNames, StringComparer.Ordinal)];

    protected override bool Holds(Evaluation evaluation) => compare(variable.Require(evaluation), other.Require(evaluation));
}

/// <summary>Values that a rule needs.</summary>
internal static class RuleValues
{
    public static JsonElement Require(this JsonPath path, Evaluation evaluation) => path.TryEvaluate(evaluation, out var value)
        ? value
        : throw new EvaluationException(ErrorNames.Runtime, $"Invalid path '{path.Text}': The choice state's condition path references an invalid value.");
}
