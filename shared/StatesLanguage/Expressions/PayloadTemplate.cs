using System.Text.Json;

namespace Flow.StatesLanguage.Expressions;

/// <summary>Parameters, ItemSelector, ResultSelector, Assign: JSON in which a name ending in <c>.$</c> holds an expression instead of a value.</summary>
internal sealed class PayloadTemplate
{
    /// <summary>Names of the variables it reads, each once.</summary>
    public IReadOnlyCollection<string> VariableNames => throw new NotImplementedException();

    /// <summary>Reads a template; never throws on user text.</summary>
    /// <param name="template">The JSON of the field.</param>
    /// <param name="findings">What is wrong is added here.</param>
    /// <param name="pointer">Where the template stands: the beginning of the findings' pointers.</param>
    public static PayloadTemplate Parse(JsonElement template, ICollection<Finding> findings, string pointer = "") => throw new NotImplementedException();

    /// <summary>The payload. A template without expressions is its own value, not copied.</summary>
    /// <exception cref="EvaluationException">An expression fails.</exception>
    public JsonElement Evaluate(Evaluation evaluation) => throw new NotImplementedException();
}
