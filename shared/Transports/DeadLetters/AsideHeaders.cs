using System.Text.Json;
using System.Text.Json.Nodes;

namespace Flow.Transports.DeadLetters;

/// <summary>The headers of a message that was put aside.</summary>
internal static class AsideHeaders
{
    /// <summary>Deliveries of a message over its limit, where the transport counts them itself.</summary>
    public const string Deliveries = "Flow-Deliveries";

    // What MassTransit and the broker say of the end of a message; its next life begins without them.
    private static readonly string[] Prefixes = ["MT-Fault-", "MT-Reason", "MT-Redelivery-", "x-death", "x-first-death", "x-last-death", "x-delivery-count", "x-acquired-count", Deliveries];

    /// <summary>Headers as the sender set them.</summary>
    public static JsonObject Original(string headers)
    {
        var original = new JsonObject();
        if (JsonNode.Parse(headers) is not JsonObject all)
            return original;
        foreach (var (name, value) in all)
        {
            if (!Array.Exists(Prefixes, prefix => name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase)))
                original[name] = value?.DeepClone();
        }

        return original;
    }

    /// <summary>The queue that an error or skipped queue belongs to; null: it is neither.</summary>
    public static string? OriginOf(string queue) =>
        queue.EndsWith("_error", StringComparison.Ordinal) ? queue[..^"_error".Length]
        : queue.EndsWith("_skipped", StringComparison.Ordinal) ? queue[..^"_skipped".Length]
        : null;

    public static int? DeliveriesIn(string? headers) =>
        headers is not null && JsonNode.Parse(headers) is JsonObject all && all[Deliveries] is JsonValue value && value.TryGetValue(out JsonElement count) && count.TryGetInt32(out var number) ? number : null;
}
