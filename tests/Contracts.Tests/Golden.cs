using System.Text.Json;
using System.Text.Json.Nodes;
using MassTransit.Serialization;

namespace Flow.Contracts.Tests;

/// <summary>The recorded JSON of each message, read and written with the options the bus uses.</summary>
internal static class Golden
{
    public static string Directory { get; } = Path.Combine(AppContext.BaseDirectory, "Golden");

    public static JsonObject Read(Type message, string kind) =>
        JsonNode.Parse(File.ReadAllText(Path.Combine(Directory, $"{message.Name}.{kind}.json")))!.AsObject();

    public static object Deserialize(Type message, JsonObject json) => json.Deserialize(message, SystemTextJsonMessageSerializer.Options)!;

    public static JsonObject Serialize(object message) =>
        JsonSerializer.SerializeToNode(message, message.GetType(), SystemTextJsonMessageSerializer.Options)!.AsObject();
}
