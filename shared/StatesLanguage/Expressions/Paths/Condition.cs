using System.Text.Json;

namespace Flow.StatesLanguage.Expressions.Paths;

/// <summary>What a filter demands of a value.</summary>
internal abstract class Condition
{
    /// <summary>Whether the value satisfies it. Values that cannot be compared do not.</summary>
    public abstract bool Holds(JsonElement current, Evaluation evaluation);
}

/// <summary><c>a || b</c>.</summary>
internal sealed class AnyCondition(IReadOnlyList<Condition> conditions) : Condition
{
    public override bool Holds(JsonElement current, Evaluation evaluation) => conditions.Any(c => c.Holds(current, evaluation));
}

/// <summary><c>a &amp;&amp; b</c>.</summary>
internal sealed class AllCondition(IReadOnlyList<Condition> conditions) : Condition
{
    public override bool Holds(JsonElement current, Evaluation evaluation) => conditions.All(c => c.Holds(current, evaluation));
}

/// <summary><c>!a</c>.</summary>
internal sealed class NotCondition(Condition condition) : Condition
{
    public override bool Holds(JsonElement current, Evaluation evaluation) => !condition.Holds(current, evaluation);
}

/// <summary><c>@.a</c> alone: the place exists, whatever it holds.</summary>
internal sealed class ExistsCondition(JsonPath path) : Condition
{
    public override bool Holds(JsonElement current, Evaluation evaluation) =>
        path.TryEvaluate(evaluation, current, out var value) && (path.IsDefinite || value.GetArrayLength() > 0);
}

/// <summary><c>left operator right</c>.</summary>
internal sealed class ComparisonCondition(Operand left, Comparison comparison, Operand right) : Condition
{
    public override bool Holds(JsonElement current, Evaluation evaluation)
    {
        // What is not there equals nothing, so it is unequal to everything.
        if (!left.TryEvaluate(evaluation, current, out var x) | !right.TryEvaluate(evaluation, current, out var y))
            return comparison == Comparisons.NotEqual && x.ValueKind != y.ValueKind;
        return comparison(x, y);
    }
}

/// <summary><c>left =~ /expression/</c>: the whole text matches.</summary>
internal sealed class RegexCondition(Operand left, System.Text.RegularExpressions.Regex expression) : Condition
{
    public override bool Holds(JsonElement current, Evaluation evaluation) =>
        left.TryEvaluate(evaluation, current, out var value) && value.ValueKind == JsonValueKind.String && expression.IsMatch(value.GetString()!);
}

/// <summary>One side of a comparison: a path, or a value written in the filter.</summary>
internal sealed record Operand(JsonPath? Path, JsonElement Literal)
{
    public bool TryEvaluate(Evaluation evaluation, JsonElement current, out JsonElement value)
    {
        value = Literal;
        return Path is null || Path.TryEvaluate(evaluation, current, out value);
    }
}
