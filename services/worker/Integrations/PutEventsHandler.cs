using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using Flow.StockWorker.Publish;
using Flow.Worker;

namespace Flow.StockWorker.Integrations;

/// <summary>The input of <c>events:putEvents</c>.</summary>
internal sealed record PutEventsInput(IReadOnlyList<PutEventsEntry> Entries);

/// <summary>One event.</summary>
/// <param name="Source">Who tells. Required.</param>
/// <param name="DetailType">What kind of event it is. Required.</param>
/// <param name="Detail">An object, or its JSON as a text. Required.</param>
/// <param name="EventBusName">The topic: an ARN that ends in its name, or the name; default <c>default</c>.</param>
/// <param name="Resources">What it is about.</param>
internal sealed record PutEventsEntry(string? Source = null, string? DetailType = null, JsonElement Detail = default, string EventBusName = "default", IReadOnlyList<string>? Resources = null);

/// <summary>The answer of <c>events:putEvents</c>.</summary>
internal sealed record PutEventsOutput(
    [property: JsonPropertyName("Entries")] IReadOnlyList<PutEventsResult> Entries, [property: JsonPropertyName("FailedEntryCount")] int FailedEntryCount);

/// <summary>What became of one event.</summary>
internal sealed record PutEventsResult(
    [property: JsonPropertyName("EventId"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] Guid? EventId,
    [property: JsonPropertyName("ErrorCode"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? ErrorCode = null,
    [property: JsonPropertyName("ErrorMessage"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? ErrorMessage = null);

/// <summary>The body an event travels in: EventBridge's.</summary>
internal sealed record EventBody(
    [property: JsonPropertyName("version")] string Version,
    [property: JsonPropertyName("id")] Guid Id,
    [property: JsonPropertyName("detail-type")] string DetailType,
    [property: JsonPropertyName("source")] string Source,
    [property: JsonPropertyName("time")] DateTimeOffset Time,
    [property: JsonPropertyName("resources")] IReadOnlyList<string> Resources,
    [property: JsonPropertyName("detail")] JsonElement Detail);

/// <summary>Serves Step Functions' <c>events:putEvents</c> on the worker's own transport: each event is published to the topic named as its event bus.</summary>
[NodeHandler("events:putEvents")]
internal sealed class PutEventsHandler(BusPublisher publisher, TimeProvider time) : INodeHandler<PutEventsInput, PutEventsOutput>
{
    public async Task<Transition<PutEventsOutput>> HandleAsync(PutEventsInput input, NodeContext context)
    {
        var results = new List<PutEventsResult>();
        foreach (var (index, entry) in input.Entries.Index())
            results.Add(await PutAsync(entry, Id(context.Token, index), context.CancellationToken));
        var output = new PutEventsOutput(results, results.Count(r => r.EventId is null));
        return output.FailedEntryCount == 0 ? output : Transition.Abort("EventBridge.FailedEntry", JsonSerializer.Serialize(output));
    }

    private async Task<PutEventsResult> PutAsync(PutEventsEntry entry, Guid id, CancellationToken cancellationToken)
    {
        foreach (var (name, value) in new[] { ("Source", entry.Source), ("DetailType", entry.DetailType) })
        {
            if (string.IsNullOrEmpty(value))
                return new(null, "InvalidArgument", $"Parameter {name} is not valid. Reason: {name} is a required argument.");
        }

        if (Detail(entry.Detail) is not { } detail)
            return new(null, "MalformedDetail", "Detail is malformed.");
        var body = new EventBody("0", id, entry.DetailType!, entry.Source!, time.GetUtcNow(), entry.Resources ?? [], detail);
        var message = new PublishInput(JsonSerializer.SerializeToElement(body), Topic: Bodies.LastPart(entry.EventBusName));
        if (BusPublisher.Fault(message) is { } fault)
            return new(null, "InvalidArgument", fault);
        await publisher.PublishAsync(message, id, cancellationToken);
        return new(id);
    }

    private static JsonElement? Detail(JsonElement given)
    {
        try
        {
            var detail = given.ValueKind == JsonValueKind.String ? JsonElement.Parse(given.GetString()!) : given;
            return detail.ValueKind == JsonValueKind.Object ? detail : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>A repeat of the attempt gives the same ids.</summary>
    private static Guid Id(Guid token, int index)
    {
        Span<byte> bytes = stackalloc byte[20];
        token.TryWriteBytes(bytes);
        BitConverter.TryWriteBytes(bytes[16..], index);
        return new Guid(SHA256.HashData(bytes).AsSpan(0, 16));
    }
}
