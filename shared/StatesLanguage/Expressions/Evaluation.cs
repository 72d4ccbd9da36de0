using System.Text.Json;

namespace Flow.StatesLanguage.Expressions;

/// <summary>All that an expression can see.</summary>
/// <param name="input">What <c>$</c> stands for.</param>
/// <param name="context">Builds what <c>$$</c> stands for; called at most once, when first needed.</param>
/// <param name="variables">What <c>$name</c> is looked up in: an object, or undefined when there are no variables.</param>
/// <param name="randomness">The source of chance.</param>
internal sealed class Evaluation(JsonElement input, Func<JsonElement> context, JsonElement variables, Randomness randomness)
{
    private JsonElement? _context;

    public JsonElement Input { get; } = input;

    public JsonElement Context => _context ??= context();

    public JsonElement Variables { get; } = variables;

    public Randomness Randomness { get; } = randomness;

    /// <summary>The same with another <c>$</c>.</summary>
    public Evaluation WithInput(JsonElement other) => new(other, () => Context, Variables, Randomness);
}
