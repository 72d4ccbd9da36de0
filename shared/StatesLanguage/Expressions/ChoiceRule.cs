using System.Text.Json;
using Flow.StatesLanguage.Expressions.Choices;

namespace Flow.StatesLanguage.Expressions;

/// <summary>The condition of one entry of Choices. Immutable, parsed once per definition.</summary>
internal abstract class ChoiceRule
{
    /// <summary>Names of the variables it reads, each once.</summary>
    public abstract IReadOnlyCollection<string> VariableNames { get; }

    /// <summary>Reads the condition of an entry of Choices, and sees past its Next, Assign and Comment. Never throws on user text.</summary>
    /// <param name="rule">The entry.</param>
    /// <param name="findings">What is wrong is added here.</param>
    /// <param name="pointer">Where the entry stands: the beginning of the findings' pointers.</param>
    /// <returns>The rule; null when there is a finding.</returns>
    public static ChoiceRule? Parse(JsonElement rule, ICollection<Finding> findings, string pointer = "") =>
        new ChoiceParser(findings).Parse(rule, pointer, isEntry: true);

    /// <summary>Whether the condition holds; a value of another type than the operator's does not match.</summary>
    /// <exception cref="EvaluationException">States.Runtime: the Variable, or the path of the operator, matches nothing.</exception>
    public bool Matches(Evaluation evaluation)
    {
        try
        {
            return Holds(evaluation);
        }
        catch (InvalidOperationException)
        {
            throw Expression.Incomplete("Choices");
        }
    }

    protected abstract bool Holds(Evaluation evaluation);
}
