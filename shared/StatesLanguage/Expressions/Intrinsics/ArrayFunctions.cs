using System.Text.Json;

namespace Flow.StatesLanguage.Expressions.Intrinsics;

/// <summary>Functions on arrays.</summary>
internal static class ArrayFunctions
{
    /// <summary>Most items of States.ArrayRange: the language's own bound.</summary>
    private const int LongestRange = 1_000;

    public static JsonElement Array(Arguments arguments) => JsonBuffer.Array(arguments.Values);

    public static JsonElement Partition(Arguments arguments)
    {
        var size = arguments.Whole(1);
        if (size <= 0)
            throw new ArgumentRefusedException($"the size of a part must be greater than 0, but is {size}");

        return JsonBuffer.Write((Items: arguments[0], Size: (int)Math.Min(size, int.MaxValue)), static (writer, parts) =>
        {
            writer.WriteStartArray();
            foreach (var part in parts.Items.EnumerateArray().Chunk(parts.Size))
                writer.WriteItems(part);
            writer.WriteEndArray();
        });
    }

    public static JsonElement Contains(Arguments arguments)
    {
        var wanted = arguments[1];
        return JsonBuffer.Flag(arguments[0].EnumerateArray().Any(item => JsonElement.DeepEquals(item, wanted)));
    }

    public static JsonElement Range(Arguments arguments)
    {
        var (first, last, step) = (arguments.Whole(0), arguments.Whole(1), arguments.Whole(2));
        if (step == 0)
            throw new ArgumentRefusedException("the step must not be 0");

        var steps = ((Int128)last - first) / step;
        var count = step > 0 == last >= first || last == first ? steps + 1 : 0;
        if (count > LongestRange)
            throw new ArgumentRefusedException($"the array would have {count} items, and {LongestRange} is the most");

        return JsonBuffer.Write((first, step, count), static (writer, range) =>
        {
            writer.WriteStartArray();
            for (var i = 0; i < range.count; i++)
                writer.WriteNumberValue(range.first + (i * range.step));
            writer.WriteEndArray();
        });
    }

    public static JsonElement GetItem(Arguments arguments)
    {
        var (index, length) = (arguments.Whole(1), arguments[0].GetArrayLength());
        return index >= 0 && index < length
            ? arguments[0][(int)index]
            : throw new ArgumentRefusedException($"there is no item {index} in an array of {length}");
    }

    public static JsonElement Length(Arguments arguments) => JsonBuffer.Number(arguments[0].GetArrayLength());

    public static JsonElement Unique(Arguments arguments) => JsonBuffer.Array(arguments[0].EnumerateArray().Distinct(JsonEquality.Instance));
}
