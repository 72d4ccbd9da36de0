using System.Runtime.InteropServices;
using System.Text.Json;
using Flow.StatesLanguage.Expressions;
using Flow.StatesLanguage.States;

namespace Flow.StatesLanguage.Interpreting;

/// <summary>Several items to an iteration: as many as fit by number and by size.</summary>
internal static class Batching
{
    private const int MostBytes = 262_144;

    /// <summary>The inputs of the iterations: <c>{"BatchInput": …, "Items": […]}</c> each.</summary>
    public static IEnumerable<JsonElement> Batches(ItemBatcher batcher, Evaluation seeing, IEnumerable<JsonElement> items)
    {
        var most = batcher.MaxItems is null ? int.MaxValue : Numbers.Integer(batcher.MaxItems, seeing, 1, int.MaxValue);
        var bytes = batcher.MaxBytes is null ? MostBytes : Numbers.Integer(batcher.MaxBytes, seeing, 1, MostBytes);
        var input = batcher.BatchInput?.Evaluate(seeing);
        var fixedBytes = Size(Batch(input, []));
        var batch = new List<JsonElement>();
        var size = fixedBytes;
        foreach (var item in items)
        {
            // A comma joins it to the one before.
            var added = Size(item) + (batch.Count == 0 ? 0 : 1);
            if (batch.Count > 0 && (batch.Count == most || size + added > bytes))
            {
                yield return Batch(input, batch);
                batch = [];
                (size, added) = (fixedBytes, added - 1);
            }

            if (fixedBytes + added > bytes && batch.Count == 0)
                throw new EvaluationException(Leaving.DataLimitError, $"An item of {Size(item)} bytes does not fit in a batch of {bytes} bytes with its BatchInput: raise MaxInputBytesPerBatch.");
            batch.Add(item);
            size += added;
        }

        if (batch.Count > 0)
            yield return Batch(input, batch);
    }

    private static int Size(JsonElement value) => JsonMarshal.GetRawUtf8Value(value).Length;

    private static JsonElement Batch(JsonElement? input, List<JsonElement> items) => JsonBuffer.Write(writer =>
    {
        writer.WriteStartObject();
        if (input is { } given)
        {
            writer.WritePropertyName("BatchInput");
            writer.WriteVerbatim(given);
        }

        writer.WritePropertyName("Items");
        writer.WriteItems(items);
        writer.WriteEndObject();
    });
}
