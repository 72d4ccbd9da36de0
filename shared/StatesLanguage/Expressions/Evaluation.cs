using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Flow.Jsonata;

namespace Flow.StatesLanguage.Expressions;

/// <summary>Finds a place of <c>$$</c> without building all of it (the run's input in it may be long).</summary>
/// <param name="names">The names that a path leads through, from <c>$$</c>.</param>
/// <param name="taken">How many of the names lead to the value given back; the others are still to be walked.</param>
internal delegate JsonElement ContextPart(IReadOnlyList<string> names, out int taken);

/// <summary>All that an expression can see.</summary>
/// <param name="input">What <c>$</c> stands for.</param>
/// <param name="context">Builds what <c>$$</c> stands for; called at most once, when first needed.</param>
/// <param name="variables">What <c>$name</c> is looked up in: an object, or undefined when there are no variables.</param>
/// <param name="randomness">The source of chance.</param>
/// <param name="contextPart">Finds a place of <c>$$</c>; null: always in the whole.</param>
internal sealed class Evaluation(JsonElement input, Func<JsonElement> context, JsonElement variables, Randomness randomness, ContextPart? contextPart = null)
{
    private JsonElement? _context;

    public JsonElement Input { get; } = input;

    public JsonElement Context => _context ??= context();

    public JsonElement Variables { get; } = variables;

    public Randomness Randomness { get; } = randomness;

    /// <summary>What JSONata's <c>$now</c> is.</summary>
    public DateTimeOffset Now { get; init; }

    /// <summary><c>$states.result</c>; undefined where there is none.</summary>
    public JsonElement Result { get; init; }

    /// <summary><c>$states.errorOutput</c>; undefined where there is none.</summary>
    public JsonElement ErrorOutput { get; init; }

    /// <summary><c>$states.context</c>, in parts that are read as they are asked for; null: <see cref="Context"/>.</summary>
    public Func<JsonataValue>? QueryContext { get; init; }

    /// <summary><c>$states</c>; the expressions of a field share what was read of it.</summary>
    public JsonataValue States => field ??= JsonataValue.Of(
        ("input", QueryInput), ("result", JsonataValue.Of(Result)), ("errorOutput", JsonataValue.Of(ErrorOutput)), ("context", QueryContext?.Invoke() ?? JsonataValue.Of(() => Context)));

    /// <summary><c>$states.input</c>; evaluations that have it in common share what was read of it.</summary>
    [AllowNull]
    public JsonataValue QueryInput
    {
        get => field ??= JsonataValue.Of(Input);
        init;
    }

    /// <summary>The same with another <c>$</c>.</summary>
    public Evaluation WithInput(JsonElement other) => new(other, () => Context, Variables, Randomness, contextPart);

    /// <inheritdoc cref="ContextPart"/>
    public JsonElement ContextAt(IReadOnlyList<string> names, out int taken)
    {
        if (contextPart is not null && names.Count > 0)
            return contextPart(names, out taken);

        taken = 0;
        return Context;
    }
}
