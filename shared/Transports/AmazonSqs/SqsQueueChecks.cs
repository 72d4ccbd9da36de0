using System.Globalization;
using System.Text.Json;
using Amazon.Runtime;
using Flow.Transports.Checks;
using Flow.Transports.DeadLetters;
using Flow.Transports.Queues;
using MassTransit;

namespace Flow.Transports.AmazonSqs;

/// <summary>What attributes of the queues of Flow that there are would lose, delay or refuse messages; and whether the visibility timeout of the settings fits.</summary>
internal sealed class SqsQueueChecks(AmazonSqsSettings settings) : ITransportChecks
{
    private const string Subject = "broker queues";
    private const string FlowQueues = "flow-";
    private const int SecondsADay = 86_400;
    private const int SmallestMessage = 256 * 1024;

    // A worker renews while it handles: what is shorter than a process may stall, has a message handled twice; what is longer keeps what a dead process had.
    private const int ShortestVisibility = 20;
    private const int LongestVisibility = 3_600;

    private readonly AmazonSqsNames _names = new(settings.NamePrefix);

    public async Task<IReadOnlyList<CheckResult>> RunAsync(CancellationToken cancellationToken) => [Visibility(), .. await QueuesAsync(cancellationToken)];

    private CheckResult Visibility()
    {
        const string Timeout = "broker visibility timeout";
        var finding = $"A message stays with its receiver for {settings.VisibilityTimeoutSeconds} s, renewed while it is handled ({AmazonSqsSettings.Section}:{nameof(settings.VisibilityTimeoutSeconds)}).";
        return settings.VisibilityTimeoutSeconds switch
        {
            < ShortestVisibility => new(Timeout, CheckStatus.Warning, $"{finding} A process that stalls for longer has it handled twice.", "Use 60, or what your workers may stall for."),
            > LongestVisibility => new(Timeout, CheckStatus.Warning, $"{finding} What a killed process had in hand comes back only then.", "Use 60: a worker that needs longer renews it."),
            _ => new(Timeout, CheckStatus.Ok, finding),
        };
    }

    private async Task<IReadOnlyList<CheckResult>> QueuesAsync(CancellationToken cancellationToken)
    {
        using var sqs = settings.CreateSqsClient();
        try
        {
            var queues = new List<(string Name, IReadOnlyDictionary<string, string> Attributes)>();
            foreach (var url in await sqs.ListQueuesAsync(_names.Queue(FlowQueues)))
            {
                // Temporary ones are as their process wants them.
                if (!(await sqs.GetTagsAsync(url)).ContainsKey(TemporaryQueues.AliveTag))
                    queues.Add((_names.QueueOf(SqsTopology.NameOf(url)), await sqs.GetAttributesAsync(url, ["All"], cancellationToken)));
            }

            var results = queues.SelectMany(queue => Judge(queue.Name, queue.Attributes).Select(found => (queue.Name, Found: found)))
                .GroupBy(at => at.Found, at => at.Name)
                .Select(group => group.Key with { Finding = $"{Findings.Name([.. group])}: {group.Key.Finding}" }).ToList();
            return results.Count > 0 ? results : [new(Subject, CheckStatus.Ok, $"None of the attributes of the {queues.Count} queues of Flow that there are loses, delays or refuses messages.")];
        }
        catch (Exception exception) when (exception is ConnectionException or AmazonServiceException)
        {
            return [new(Subject, CheckStatus.Unchecked, exception.Message, "Permit sqs:ListQueues, sqs:ListQueueTags and sqs:GetQueueAttributes.")];
        }
    }

    private IEnumerable<CheckResult> Judge(string queue, IReadOnlyDictionary<string, string> attributes)
    {
        if (Number("MessageRetentionPeriod") is { } retention && retention < settings.RetentionDays * SecondsADay)
        {
            yield return new(
                Subject, retention < SecondsADay ? CheckStatus.Problem : CheckStatus.Warning, $"What waits for longer than {Duration(retention)} is thrown away (MessageRetentionPeriod = {retention}).",
                "Set MessageRetentionPeriod to 1209600 (14 days): work may wait for any time.");
        }

        if (Number("DelaySeconds") is > 0 and var delay)
            yield return new(Subject, CheckStatus.Warning, $"Every message is delayed by {delay} s (DelaySeconds).", "Set DelaySeconds to 0.");
        if (Number("MaximumMessageSize") is { } size && size < SmallestMessage)
            yield return new(Subject, CheckStatus.Problem, $"Messages over {size} bytes are refused (MaximumMessageSize).", "Set MaximumMessageSize to 262144 or more, or lower Flow:MaxMessageBytes.");
        if (AsideHeaders.OriginOf(queue) is not null)
            yield break;
        if (MostDeliveries(attributes) is not { } most)
            yield return new(Subject, CheckStatus.Warning, "A message that ends whoever receives it comes again until its time is up (no RedrivePolicy).", $"Give it a RedrivePolicy to its _error queue, with maxReceiveCount {QueueClient.DefaultDeliveryLimit}.");
        else if (most < QueueClient.DefaultDeliveryLimit)
        {
            yield return new(
                Subject, CheckStatus.Warning, $"A message is put aside after {most} deliveries (maxReceiveCount): fewer than Flow's {QueueClient.DefaultDeliveryLimit}, so a few restarts of workers make a dead letter of an item.",
                $"Set maxReceiveCount to {QueueClient.DefaultDeliveryLimit}.");
        }

        int? Number(string name) => attributes.TryGetValue(name, out var text) && int.TryParse(text, CultureInfo.InvariantCulture, out var number) ? number : null;
    }

    private static int? MostDeliveries(IReadOnlyDictionary<string, string> attributes) =>
        attributes.TryGetValue("RedrivePolicy", out var policy) && policy.Length > 0 && JsonElement.Parse(policy).TryGetProperty("maxReceiveCount", out var count)
            && int.TryParse(count.ToString(), CultureInfo.InvariantCulture, out var number)
            ? number
            : null;

    private static string Duration(int seconds) => seconds >= SecondsADay
        ? $"{(seconds / (double)SecondsADay).ToString("0.#", CultureInfo.InvariantCulture)} days"
        : $"{(seconds / 3600.0).ToString("0.#", CultureInfo.InvariantCulture)} hours";
}
