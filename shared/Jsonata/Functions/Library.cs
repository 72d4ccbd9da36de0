using System.Collections.Frozen;

namespace Flow.Jsonata.Functions;

/// <summary>The built-in functions by name.</summary>
internal static class Library
{
    private static readonly FrozenDictionary<string, NativeFunction> Functions =
        new[] { NumberFunctions.All, AggregateFunctions.All, TextFunctions.All, PatternFunctions.All, EncodingFunctions.All, TimeFunctions.All, ArrayFunctions.All, ObjectFunctions.All, HigherOrderFunctions.All, GeneralFunctions.All, StatesFunctions.All }
            .SelectMany(group => group)
            .ToFrozenDictionary(f => f.Name, StringComparer.Ordinal);

    public static NativeFunction? Find(string name) => Functions.GetValueOrDefault(name);

    /// <summary>Declares a function.</summary>
    /// <param name="name">Its name, without <c>$</c>.</param>
    /// <param name="signature">What its arguments must be.</param>
    /// <param name="body">Called with as many arguments as the signature has.</param>
    public static NativeFunction Declare(string name, string signature, Func<Invocation, object?> body)
    {
        var parsed = Signature.Parse(signature);
        return new(name, parsed, parsed.Count, body);
    }

    /// <summary>Declares a function that gives no value when its first argument has none.</summary>
    public static NativeFunction Of(string name, string signature, Func<Invocation, object?> body) =>
        Declare(name, signature, call => call.Has(0) ? body(call) : null);
}
