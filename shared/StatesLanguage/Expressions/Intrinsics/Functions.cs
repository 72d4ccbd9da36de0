using System.Collections.Frozen;

namespace Flow.StatesLanguage.Expressions.Intrinsics;

/// <summary>The intrinsic functions of the language.</summary>
internal static class Functions
{
    public static readonly FrozenDictionary<string, Function> ByName = new Function[]
    {
        new("States.Format", [Parameter.Text, Parameter.Any], TextFunctions.Format, IsVariadic: true),
        new("States.StringToJson", [Parameter.Text], TextFunctions.StringToJson),
        new("States.JsonToString", [Parameter.Any], TextFunctions.JsonToString),
        new("States.StringSplit", [Parameter.Text, Parameter.Text], TextFunctions.StringSplit),
        new("States.Base64Encode", [Parameter.Text], TextFunctions.Base64Encode),
        new("States.Base64Decode", [Parameter.Text], TextFunctions.Base64Decode),
        new("States.Hash", [Parameter.Any, Parameter.Text], TextFunctions.Hash),
        new("States.UUID", [], TextFunctions.Uuid),
        new("States.Array", [Parameter.Any], ArrayFunctions.Array, IsVariadic: true),
        new("States.ArrayPartition", [Parameter.Array, Parameter.Number], ArrayFunctions.Partition),
        new("States.ArrayContains", [Parameter.Array, Parameter.Any], ArrayFunctions.Contains),
        new("States.ArrayRange", [Parameter.Number, Parameter.Number, Parameter.Number], ArrayFunctions.Range),
        new("States.ArrayGetItem", [Parameter.Array, Parameter.Number], ArrayFunctions.GetItem),
        new("States.ArrayLength", [Parameter.Array], ArrayFunctions.Length),
        new("States.ArrayUnique", [Parameter.Array], ArrayFunctions.Unique),
        new("States.JsonMerge", [Parameter.Object, Parameter.Object, Parameter.Flag], MathFunctions.JsonMerge),
        new("States.MathRandom", [Parameter.Number, Parameter.Number, Parameter.Number], MathFunctions.Random, Optional: 1),
        new("States.MathAdd", [Parameter.Number, Parameter.Number], MathFunctions.Add),
    }.ToFrozenDictionary(f => f.Name, StringComparer.Ordinal);
}
