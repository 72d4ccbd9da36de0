using Flow.Jsonata.Values;
using static Flow.Jsonata.Functions.Library;

namespace Flow.Jsonata.Functions;

/// <summary>Functions of any value.</summary>
internal static class GeneralFunctions
{
    public static IReadOnlyList<NativeFunction> All { get; } =
    [
        Of("boolean", "<x-:b>", call => call.Evaluator.IsTrue(call[0])),
        Of("not", "<x-:b>", call => !call.Evaluator.IsTrue(call[0])),
        Declare("exists", "<x:b>", call => call.Has(0)),
        Of("type", "<x:s>", call => TypeOf(call[0]!)),
        Of("clone", "<(oa)-:o>", call => call[0]),
        Declare("error", "<s?:x>", call => throw new JsonataException("D3137", call[0] as string ?? "$error() function evaluated", token: "error")),
        Declare("assert", "<bs?:x>", call => call.Evaluator.IsTrue(call[0]) ? null : throw new JsonataException("D3141", call[1] as string ?? "$assert() statement failed", token: "assert")),
    ];

    private static string TypeOf(object value) => value switch
    {
        JsonNull => "null",
        double => "number",
        string => "string",
        bool => "boolean",
        ArrayValue => "array",
        Function => "function",
        _ => "object",
    };
}
