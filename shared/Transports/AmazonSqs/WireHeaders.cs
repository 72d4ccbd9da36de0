using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using MassTransit;

namespace Flow.Transports.AmazonSqs;

/// <summary>
/// Headers beside a body, as message attributes. Attributes are few and may not be empty: what is beyond the tenth, or has a name that AWS does not take, travels as JSON in one attribute. A value that
/// would make the message too large is cut or left out, so that a message can always be put aside.
/// </summary>
internal static class WireHeaders
{
    public const string ContentType = MessageHeaders.ContentType;

    /// <summary>When a message that is delayed longer than SQS can is due, in milliseconds since 1970.</summary>
    public const string Due = "Flow-Due";

    /// <summary>When a message becomes worthless, in milliseconds since 1970.</summary>
    public const string Expires = "Flow-Expires";

    /// <summary>The headers that have no attribute of their own.</summary>
    public const string Others = "Flow-Headers";

    /// <summary>A sender's id of a message without an envelope.</summary>
    public const string MessageId = "message-id";

    /// <summary>Most bytes of a message in SQS, attributes included.</summary>
    public const int MostBytes = 1024 * 1024;

    private const int LongestValue = 8 * 1024;
    private const int LongestName = 256;

    // What matters most, where there are more than attributes.
    private static readonly string[] First =
    [
        ContentType, Due, Expires, MessageId, MessageHeaders.Reason, MessageHeaders.FaultMessage, MessageHeaders.FaultExceptionType, MessageHeaders.FaultStackTrace, MessageHeaders.FaultInputAddress,
    ];

    private static readonly string[] Numbers = [MessageHeaders.RedeliveryCount, DeadLetters.AsideHeaders.Deliveries];

    /// <summary>The attributes of a message with this body.</summary>
    public static Dictionary<string, string> ToAttributes(IEnumerable<KeyValuePair<string, string>> headers, int bodyBytes)
    {
        var all = headers.Where(header => header.Value.Length > 0).Select(header => (Name: header.Key, Value: Allowed(header.Value))).OrderBy(header => Rank(header.Name)).ToList();
        var own = all.Where(header => IsName(header.Name)).ToList();
        if (own.Count < all.Count || own.Count > WireMessage.MostAttributes)
            own = [.. own.Take(WireMessage.MostAttributes - 1)];
        var others = new JsonObject();
        foreach (var (name, value) in all.Except(own))
            others[name] = value;

        var attributes = new Dictionary<string, string>(StringComparer.Ordinal);
        var left = MostBytes - bodyBytes;
        foreach (var (name, value) in own)
            Add(name, value.Length > LongestValue ? value[..LongestValue] : value);
        if (others.Count > 0)
            Add(Others, others.ToJsonString());
        return attributes;

        void Add(string name, string value)
        {
            var bytes = Encoding.UTF8.GetByteCount(name) + "String".Length + Encoding.UTF8.GetByteCount(value);
            if (bytes > left)
                return;
            left -= bytes;
            attributes.Add(name, value);
        }
    }

    /// <summary>The headers of a JSON object, as texts.</summary>
    public static IEnumerable<KeyValuePair<string, string>> Read(string? json)
    {
        if (json is null || JsonNode.Parse(json) is not JsonObject headers)
            yield break;
        foreach (var (name, value) in headers)
        {
            if (value is not null)
                yield return new(name, value is JsonValue text && text.TryGetValue(out string? plain) ? plain : value.ToJsonString());
        }
    }

    /// <summary>The headers of a received message, as a JSON object; null: there are none.</summary>
    public static string? FromAttributes(IReadOnlyDictionary<string, string> attributes)
    {
        var headers = new JsonObject();
        foreach (var (name, value) in attributes)
        {
            if (name is ContentType or Due or Expires or Others)
                continue;
            Set(name == MessageHeaders.MessageId ? MessageId : name, value);
        }

        if (attributes.TryGetValue(Others, out var others))
        {
            foreach (var (name, value) in Read(IsObject(others) ? others : null))
                Set(name, value);
        }

        return headers.Count == 0 ? null : headers.ToJsonString();

        void Set(string name, string value) =>
            headers[name] = Numbers.Contains(name, StringComparer.Ordinal) && int.TryParse(value, CultureInfo.InvariantCulture, out var number) ? JsonValue.Create(number) : JsonValue.Create(value);
    }

    public static DateTimeOffset? Moment(IReadOnlyDictionary<string, string> attributes, string name) =>
        attributes.TryGetValue(name, out var text) && long.TryParse(text, CultureInfo.InvariantCulture, out var milliseconds) && milliseconds is >= 0 and < 253_402_300_800_000
            ? DateTimeOffset.FromUnixTimeMilliseconds(milliseconds)
            : null;

    public static string Moment(DateTimeOffset moment) => moment.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture);

    private static int Rank(string name) => Array.IndexOf(First, name) is >= 0 and var rank ? rank : First.Length;

    private static bool IsName(string name) =>
        name is { Length: > 0 and <= LongestName } && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.') && name[0] != '.' && name[^1] != '.'
        && !name.Contains("..", StringComparison.Ordinal)
        && !name.StartsWith("aws.", StringComparison.OrdinalIgnoreCase) && !name.StartsWith("amazon.", StringComparison.OrdinalIgnoreCase);

    // Text as XML has it: other characters are refused.
    private static string Allowed(string value) =>
        value.All(IsText) ? value : string.Concat(value.Select(c => IsText(c) ? c : '\uFFFD'));

    private static bool IsText(char c) => c is '\t' or '\n' or '\r' or (>= ' ' and <= '\uFFFD');

    private static bool IsObject(string json)
    {
        try
        {
            return JsonSerializer.Deserialize<JsonElement>(json).ValueKind == JsonValueKind.Object;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
