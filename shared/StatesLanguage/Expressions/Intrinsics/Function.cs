using System.Text.Json;

namespace Flow.StatesLanguage.Expressions.Intrinsics;

/// <summary>What a function takes.</summary>
internal enum Parameter
{
    Any,
    Text,
    Number,
    Array,
    Object,
    Flag,
}

/// <summary>An intrinsic function.</summary>
/// <param name="Name">Its name, with <c>States.</c>.</param>
/// <param name="Parameters">What it takes.</param>
/// <param name="Invoke">What it does.</param>
/// <param name="Optional">How many parameters at the end may be left out.</param>
/// <param name="IsVariadic">Whether the last parameter stands for any number of arguments, none included.</param>
internal sealed record Function(string Name, IReadOnlyList<Parameter> Parameters, Func<Arguments, JsonElement> Invoke, int Optional = 0, bool IsVariadic = false)
{
    /// <summary>Whether it can be called with so many arguments.</summary>
    public bool Takes(int count) => count >= Least && (IsVariadic || count <= Parameters.Count);

    /// <summary>How many arguments it takes, for people.</summary>
    public string Arity => (Least, IsVariadic) switch
    {
        (_, true) => $"{Least} or more arguments",
        var (least, _) when least < Parameters.Count => $"{least} or {Parameters.Count} arguments",
        (1, _) => "1 argument",
        var (least, _) => $"{least} arguments",
    };

    private int Least => Parameters.Count - (IsVariadic ? 1 : Optional);

    /// <summary>Refuses an argument of another type than the parameter's.</summary>
    /// <exception cref="ArgumentRefusedException">It is of another type.</exception>
    public void Check(int index, JsonValueKind kind)
    {
        var (fits, wanted) = Parameters[Math.Min(index, Parameters.Count - 1)] switch
        {
            Parameter.Text => (kind is JsonValueKind.String, "a string"),
            Parameter.Number => (kind is JsonValueKind.Number, "a number"),
            Parameter.Array => (kind is JsonValueKind.Array, "an array"),
            Parameter.Object => (kind is JsonValueKind.Object, "an object"),
            Parameter.Flag => (kind is JsonValueKind.True or JsonValueKind.False, "true or false"),
            _ => (true, ""),
        };
        if (!fits)
            throw new ArgumentRefusedException($"argument {index + 1} of {Name} must be {wanted}, but is {NameOf(kind)}");
    }

    private static string NameOf(JsonValueKind kind) => kind switch
    {
        JsonValueKind.True or JsonValueKind.False => "true or false",
        JsonValueKind.Array => "an array",
        JsonValueKind.Object => "an object",
        JsonValueKind.Number => "a number",
        JsonValueKind.String => "a string",
        _ => "null",
    };
}

/// <summary>The arguments of one call, of the function's types.</summary>
internal sealed class Arguments(JsonElement[] values, IReadOnlyList<Argument> written, Randomness randomness)
{
    public Randomness Randomness { get; } = randomness;

    public int Count => values.Length;

    public IReadOnlyList<JsonElement> Values => values;

    public JsonElement this[int index] => values[index];

    public string Text(int index) => values[index].GetString()!;

    /// <summary>A template: as written when it is written out, so that an escaped brace can be told from a place to fill.</summary>
    public string Template(int index) => (written[index] as Literal)?.Source ?? Text(index);

    /// <summary>A number rounded to a whole one, halves upwards (-1.5 gives -1).</summary>
    public long Whole(int index)
    {
        if (values[index].TryGetInt64(out var whole))
            return whole;
        if (values[index].TryGetDecimal(out var number) && decimal.Floor(number + 0.5m) is >= long.MinValue and <= long.MaxValue and var rounded)
            return (long)rounded;
        throw new ArgumentRefusedException($"the number {values[index].GetRawText()} is out of range");
    }
}
