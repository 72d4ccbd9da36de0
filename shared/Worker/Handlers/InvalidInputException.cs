using System.Text.Json;

namespace Flow.Worker.Handlers;

/// <summary>The item's input does not fit the handler's input type.</summary>
internal sealed class InvalidInputException(string message, Exception inner) : Exception(message, inner)
{
    public static TInput Read<TInput>(JsonElement input, JsonSerializerOptions json)
    {
        try
        {
            return input.Deserialize(json.TypeInfo<TInput>())
                ?? (Nullable.GetUnderlyingType(typeof(TInput)) is not null ? default! : throw new JsonException("null is not allowed here.", "$", null, null));
        }
        catch (JsonException e)
        {
            throw new InvalidInputException($"The input does not fit {typeof(TInput).Name} at {e.Path ?? "$"}: {e.Message}", e);
        }
    }
}
