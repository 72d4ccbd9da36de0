using System.Globalization;
using System.Text;
using System.Xml;
using System.Xml.Linq;
using Amazon.Runtime;

namespace Flow.Transports.AmazonSqs;

/// <summary>The operations of Amazon SNS that Flow needs, in the Query protocol.</summary>
internal sealed class SnsClient(AwsServiceConfig config) : AwsClient(config)
{
    private const string Name = "sns";
    private const string Version = "2010-03-31";

    public SnsClient(string region, Uri? url)
        : this(new AwsServiceConfig(Name, Version, region, url))
    {
    }

    protected override string Service => "SNS";

    /// <summary>The ARNs of all topics.</summary>
    public Task<IReadOnlyList<string>> ListTopicsAsync() => PagesAsync("ListTopics", "TopicArn", []);

    /// <summary>Creates a topic; answers its ARN.</summary>
    public async Task<string> CreateTopicAsync(string topic, IReadOnlyDictionary<string, string> tags)
    {
        List<(string, string)> arguments = [("Name", topic)];
        foreach (var (index, tag) in tags.Index())
            arguments.AddRange([($"Tags.member.{index + 1}.Key", tag.Key), ($"Tags.member.{index + 1}.Value", tag.Value)]);
        return Text(await CallAsync("CreateTopic", arguments), "TopicArn");
    }

    public Task SetTopicAttributeAsync(string topicArn, string attribute, string value) =>
        CallAsync("SetTopicAttributes", [("TopicArn", topicArn), ("AttributeName", attribute), ("AttributeValue", value)]);

    /// <summary>Lets a queue have what is published, raw as it was published, or wrapped by SNS. Answers the ARN of the subscription; null: there is one already with other attributes, which stays as it is.</summary>
    public async Task<string?> SubscribeAsync(string topicArn, string queueArn, bool isRaw = true)
    {
        try
        {
            return Text(
                await CallAsync(
                    "Subscribe",
                    [
                        ("TopicArn", topicArn), ("Protocol", "sqs"), ("Endpoint", queueArn), ("ReturnSubscriptionArn", "true"),
                        ("Attributes.entry.1.key", "RawMessageDelivery"), ("Attributes.entry.1.value", isRaw ? "true" : "false"),
                    ]),
                "SubscriptionArn");
        }
        catch (AmazonServiceException exception) when (exception.ErrorCode is "InvalidParameter" && exception.Message.Contains("exists", StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }
    }

    public Task UnsubscribeAsync(string subscriptionArn) => CallAsync("Unsubscribe", [("SubscriptionArn", subscriptionArn)]);

    /// <summary>The ARNs of the queues (and others) that a topic reaches.</summary>
    public Task<IReadOnlyList<string>> ListSubscribersAsync(string topicArn) => PagesAsync("ListSubscriptionsByTopic", "Endpoint", [("TopicArn", topicArn)]);

    /// <summary>Answers for each message what is wrong; null: it is published.</summary>
    public async Task<IReadOnlyList<EntryFault?>> PublishAsync(string topicArn, IReadOnlyList<WireMessage> messages)
    {
        List<(string, string)> arguments = [("TopicArn", topicArn)];
        foreach (var (index, message) in messages.Index())
        {
            var entry = $"PublishBatchRequestEntries.member.{index + 1}";
            arguments.AddRange([($"{entry}.Id", index.ToString(CultureInfo.InvariantCulture)), ($"{entry}.Message", message.Body)]);
            foreach (var (number, attribute) in message.Attributes.Index())
            {
                var name = $"{entry}.MessageAttributes.entry.{number + 1}";
                arguments.AddRange([($"{name}.Name", attribute.Key), ($"{name}.Value.DataType", "String"), ($"{name}.Value.StringValue", attribute.Value)]);
            }
        }

        var response = await CallAsync("PublishBatch", arguments);
        var faults = new EntryFault?[messages.Count];
        foreach (var failed in Named(response, "Failed").SelectMany(list => Named(list, "member")))
            faults[int.Parse(Text(failed, "Id"), CultureInfo.InvariantCulture)] = new EntryFault(Text(failed, "Code"), Text(failed, "Message"), Text(failed, "SenderFault") == "true");
        return faults;
    }

    public static bool IsMissingTopic(Exception exception) => exception is AmazonServiceException { ErrorCode: "NotFound" };

    protected override (string Code, string Message) ReadFault(byte[] body)
    {
        try
        {
            var fault = Parse(body);
            return (Text(fault, "Code"), Text(fault, "Message"));
        }
        catch (XmlException)
        {
            return (string.Empty, string.Empty);
        }
    }

    private static XElement Parse(byte[] body) => XElement.Parse(Encoding.UTF8.GetString(body));

    private static IEnumerable<XElement> Named(XElement response, string name) => response.Descendants().Where(element => element.Name.LocalName == name);

    private static string Text(XElement response, string name) => Named(response, name).FirstOrDefault()?.Value ?? string.Empty;

    private static byte[] Form(string operation, IEnumerable<(string Name, string Value)> arguments)
    {
        var form = new StringBuilder($"Action={operation}&Version={Version}");
        foreach (var (name, value) in arguments)
            form.Append('&').Append(name).Append('=').Append(Uri.EscapeDataString(value));
        return Encoding.UTF8.GetBytes(form.ToString());
    }

    private async Task<IReadOnlyList<string>> PagesAsync(string operation, string element, IReadOnlyList<(string, string)> arguments)
    {
        var all = new List<string>();
        var next = string.Empty;
        do
        {
            var page = await CallAsync(operation, next.Length == 0 ? arguments : [.. arguments, ("NextToken", next)]);
            all.AddRange(Named(page, element).Select(found => found.Value));
            next = Text(page, "NextToken");
        }
        while (next.Length > 0);
        return all;
    }

    private async Task<XElement> CallAsync(string operation, IReadOnlyList<(string, string)> arguments) =>
        Parse(await CallAsync(new AwsRequest(Name, operation, Form(operation, arguments), ("Content-Type", "application/x-www-form-urlencoded; charset=utf-8")), CancellationToken.None));
}
