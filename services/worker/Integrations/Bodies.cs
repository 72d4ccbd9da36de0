using System.Text.Json;
using Flow.StockWorker.Publish;

namespace Flow.StockWorker.Integrations;

/// <summary>AWS's messages and addresses in the terms of the bus.</summary>
internal static class Bodies
{
    /// <summary>A text is the body; any other value is sent as JSON.</summary>
    public static PublishInput Of(JsonElement body, IReadOnlyDictionary<string, MessageAttribute>? attributes)
    {
        var headers = attributes?.Where(a => a.Value.StringValue is not null).ToDictionary(a => a.Key, a => a.Value.StringValue!, StringComparer.Ordinal);
        return body.ValueKind == JsonValueKind.String ? new(Text: body.GetString(), Headers: headers) : new(body, Headers: headers);
    }

    /// <summary>The name at the end of a URL or an ARN.</summary>
    public static string LastPart(string address) => address[(address.LastIndexOfAny(['/', ':']) + 1)..];
}
