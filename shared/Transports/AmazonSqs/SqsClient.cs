using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Amazon.Runtime;

namespace Flow.Transports.AmazonSqs;

/// <summary>The operations of Amazon SQS that Flow needs, in the protocol AWS JSON 1.0.</summary>
internal sealed class SqsClient(AwsServiceConfig config) : AwsClient(config)
{
    private const string Name = "sqs";

    private static readonly JsonSerializerOptions Json = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    private static readonly string[] All = ["All"];

    public SqsClient(string region, Uri? url)
        : this(new AwsServiceConfig(Name, "2012-11-05", region, url))
    {
    }

    protected override string Service => "SQS";

    /// <summary>The URL of a queue; null: there is none of this name.</summary>
    public async Task<string?> GetQueueUrlAsync(string queue, CancellationToken cancellationToken = default)
    {
        try
        {
            return (await CallAsync("GetQueueUrl", new { QueueName = queue }, cancellationToken)).GetProperty("QueueUrl").GetString();
        }
        catch (AmazonServiceException exception) when (IsMissingQueue(exception))
        {
            return null;
        }
    }

    /// <summary>Creates a queue; answers its URL. One that is there with the same attributes is left as it is; with others it is an exception.</summary>
    public async Task<string> CreateQueueAsync(string queue, IReadOnlyDictionary<string, string> attributes, IReadOnlyDictionary<string, string> tags) =>
        (await CallAsync("CreateQueue", new { QueueName = queue, Attributes = attributes, tags = tags.Count == 0 ? null : tags })).GetProperty("QueueUrl").GetString()!;

    public Task DeleteQueueAsync(string url) => CallAsync("DeleteQueue", new { QueueUrl = url });

    public Task PurgeQueueAsync(string url) => CallAsync("PurgeQueue", new { QueueUrl = url });

    public async Task<IReadOnlyDictionary<string, string>> GetAttributesAsync(string url, IReadOnlyList<string> names, CancellationToken cancellationToken = default) =>
        Texts(await CallAsync("GetQueueAttributes", new { QueueUrl = url, AttributeNames = names }, cancellationToken), "Attributes");

    public Task SetAttributesAsync(string url, IReadOnlyDictionary<string, string> attributes) => CallAsync("SetQueueAttributes", new { QueueUrl = url, Attributes = attributes });

    public async Task<IReadOnlyDictionary<string, string>> GetTagsAsync(string url) => Texts(await CallAsync("ListQueueTags", new { QueueUrl = url }), "Tags");

    public Task SetTagsAsync(string url, IReadOnlyDictionary<string, string> tags) => CallAsync("TagQueue", new { QueueUrl = url, Tags = tags });

    /// <summary>The URLs of all queues whose names begin so.</summary>
    public async Task<IReadOnlyList<string>> ListQueuesAsync(string prefix)
    {
        var urls = new List<string>();
        string? next = null;
        do
        {
            var page = await CallAsync("ListQueues", new { QueueNamePrefix = prefix.Length == 0 ? null : prefix, MaxResults = 1000, NextToken = next });
            if (page.TryGetProperty("QueueUrls", out var found) && found.ValueKind == JsonValueKind.Array)
                urls.AddRange(found.EnumerateArray().Select(url => url.GetString()!));
            next = page.TryGetProperty("NextToken", out var token) ? token.GetString() : null;
        }
        while (!string.IsNullOrEmpty(next));
        return urls;
    }

    public async Task<IReadOnlyList<SqsMessage>> ReceiveAsync(string url, int limit, int waitSeconds, int visibilitySeconds, CancellationToken cancellationToken)
    {
        var response = await CallAsync(
            "ReceiveMessage",
            new
            {
                QueueUrl = url,
                MaxNumberOfMessages = limit,
                WaitTimeSeconds = waitSeconds,
                VisibilityTimeout = visibilitySeconds,
                // Both names: the newer one is not known everywhere.
                AttributeNames = All,
                MessageSystemAttributeNames = All,
                MessageAttributeNames = All,
            },
            cancellationToken);
        return response.TryGetProperty("Messages", out var messages) && messages.ValueKind == JsonValueKind.Array ? [.. messages.EnumerateArray().Select(SqsMessage.Read)] : [];
    }

    /// <summary>Answers for each message what is wrong; null: it is stored.</summary>
    public Task<IReadOnlyList<EntryFault?>> SendAsync(string url, IReadOnlyList<WireMessage> messages) => BatchAsync(
        "SendMessageBatch",
        url,
        [.. messages.Select((message, index) => new
        {
            Id = EntryId(index),
            MessageBody = message.Body,
            DelaySeconds = message.DelaySeconds == 0 ? (int?)null : message.DelaySeconds,
            MessageGroupId = message.Turn?.Group,
            MessageDeduplicationId = message.Turn?.Id,
            MessageAttributes = message.Attributes.Count == 0 ? null : message.Attributes.ToDictionary(a => a.Key, a => new { DataType = "String", StringValue = a.Value }),
        })]);

    /// <summary>Answers for each receipt handle what is wrong; null: the message is gone.</summary>
    public Task<IReadOnlyList<EntryFault?>> DeleteAsync(string url, IReadOnlyList<string> receipts) =>
        BatchAsync("DeleteMessageBatch", url, [.. receipts.Select((receipt, index) => new { Id = EntryId(index), ReceiptHandle = receipt })]);

    /// <summary>Sets how long messages stay with who received them, in seconds from now; answers for each what is wrong.</summary>
    public Task<IReadOnlyList<EntryFault?>> ChangeVisibilityAsync(string url, IReadOnlyList<(string Receipt, int Seconds)> changes) => BatchAsync(
        "ChangeMessageVisibilityBatch", url, [.. changes.Select((change, index) => new { Id = EntryId(index), ReceiptHandle = change.Receipt, VisibilityTimeout = change.Seconds })]);

    public static bool IsMissingQueue(Exception exception) =>
        exception is AmazonServiceException { ErrorCode: "QueueDoesNotExist" or "AWS.SimpleQueueService.NonExistentQueue" or "NonExistentQueue" };

    protected override (string Code, string Message) ReadFault(byte[] body)
    {
        try
        {
            var fault = JsonSerializer.Deserialize<JsonElement>(body);
            var type = fault.TryGetProperty("__type", out var name) ? name.GetString() ?? string.Empty : string.Empty;
            var message = fault.TryGetProperty("message", out var text) || fault.TryGetProperty("Message", out text) ? text.GetString() ?? string.Empty : string.Empty;
            return (type[(type.LastIndexOf('#') + 1)..], message);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return (string.Empty, string.Empty);
        }
    }

    private static string EntryId(int index) => index.ToString(System.Globalization.CultureInfo.InvariantCulture);

    private static Dictionary<string, string> Texts(JsonElement response, string property) =>
        response.TryGetProperty(property, out var values) && values.ValueKind == JsonValueKind.Object
            ? values.EnumerateObject().ToDictionary(value => value.Name, value => value.Value.GetString() ?? string.Empty, StringComparer.Ordinal)
            : new(StringComparer.Ordinal);

    private async Task<IReadOnlyList<EntryFault?>> BatchAsync<T>(string operation, string url, T[] entries)
    {
        var response = await CallAsync(operation, new { QueueUrl = url, Entries = entries });
        var faults = new EntryFault?[entries.Length];
        if (response.TryGetProperty("Failed", out var failed) && failed.ValueKind == JsonValueKind.Array)
        {
            foreach (var one in failed.EnumerateArray())
            {
                faults[int.Parse(one.GetProperty("Id").GetString()!, System.Globalization.CultureInfo.InvariantCulture)] = new EntryFault(
                    one.GetProperty("Code").GetString() ?? string.Empty,
                    one.TryGetProperty("Message", out var message) ? message.GetString() ?? string.Empty : string.Empty,
                    one.TryGetProperty("SenderFault", out var ours) && ours.ValueKind == JsonValueKind.True);
            }
        }

        return faults;
    }

    private async Task<JsonElement> CallAsync<T>(string operation, T arguments, CancellationToken cancellationToken = default)
    {
        var body = await CallAsync(
            new AwsRequest(Name, operation, JsonSerializer.SerializeToUtf8Bytes(arguments, Json), ("Content-Type", "application/x-amz-json-1.0"), ("X-Amz-Target", $"AmazonSQS.{operation}")),
            cancellationToken);
        return body.Length == 0 ? JsonSerializer.SerializeToElement(new { }) : JsonSerializer.Deserialize<JsonElement>(body);
    }
}
