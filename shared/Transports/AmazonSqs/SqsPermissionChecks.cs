using System.Globalization;
using Amazon.Runtime;
using Flow.Transports.Checks;
using MassTransit;

namespace Flow.Transports.AmazonSqs;

/// <summary>
/// Whether AWS lets us do what a process does, by trying: on a temporary queue that is deleted at the end. Topics are looked at and subscribed to; none is created or published to, as that would be left
/// behind.
/// </summary>
internal sealed class SqsPermissionChecks(AmazonSqsSettings settings, TimeProvider time) : ITransportChecks
{
    private const string ArnAttribute = "QueueArn";
    private const int TrialSeconds = 30;

    private readonly AmazonSqsNames _names = new(settings.NamePrefix);

    public async Task<IReadOnlyList<CheckResult>> RunAsync(CancellationToken cancellationToken)
    {
        using var sqs = settings.CreateSqsClient();
        using var sns = settings.CreateSnsClient();
        string? url = null;
        var configure = await TryAsync("configure", "sqs:CreateQueue, sqs:TagQueue", async () => url = await CreateAsync(sqs));
        if (url is null)
            return [configure, new("permissions to write, read and subscribe", CheckStatus.Unchecked, "They are tried on a queue that could not be created.")];

        var results = new List<CheckResult>
        {
            configure,
            await TryAsync("write", "sqs:SendMessage", () => SendAsync(sqs, url)),
            await TryAsync("read", "sqs:ReceiveMessage, sqs:ChangeMessageVisibility, sqs:DeleteMessage", () => ReceiveAsync(sqs, url, cancellationToken)),
            await SubscribeAsync(sqs, sns, url),
        };
        var clearing = await TryAsync("delete its temporary queues", "sqs:DeleteQueue", () => sqs.DeleteQueueAsync(url));
        if (clearing.Status != CheckStatus.Ok)
            results.Add(clearing);
        return results;
    }

    private Task<string> CreateAsync(SqsClient sqs)
    {
        var tags = new Dictionary<string, string>(settings.Tags, StringComparer.Ordinal) { [TemporaryQueues.AliveTag] = time.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture) };
        return sqs.CreateQueueAsync(_names.Queue($"flow-doctor-{Guid.NewGuid():N}"), new Dictionary<string, string>(StringComparer.Ordinal), tags);
    }

    private static async Task SendAsync(SqsClient sqs, string url)
    {
        if ((await sqs.SendAsync(url, [new WireMessage("flow doctor", new Dictionary<string, string>(StringComparer.Ordinal))]))[0] is { } fault)
            throw new AmazonServiceException(fault.Message) { ErrorCode = fault.Code };
    }

    private static async Task ReceiveAsync(SqsClient sqs, string url, CancellationToken cancellationToken)
    {
        foreach (var message in await sqs.ReceiveAsync(url, 1, 1, TrialSeconds, cancellationToken))
        {
            await sqs.ChangeVisibilityAsync(url, [(message.Receipt, TrialSeconds)]);
            await sqs.DeleteAsync(url, [message.Receipt]);
        }
    }

    /// <summary>To one of the topics of Flow, if there is one already.</summary>
    private async Task<CheckResult> SubscribeAsync(SqsClient sqs, SnsClient sns, string url)
    {
        string? topic = null;
        var listing = await TryAsync("list topics", "sns:ListTopics", async () => topic = (await sns.ListTopicsAsync()).FirstOrDefault(IsOurs));
        if (listing.Status != CheckStatus.Ok)
            return listing;
        if (topic is null)
            return new("permission to subscribe", CheckStatus.Unchecked, "It is tried on a topic of Flow, and there is none yet.");
        return await TryAsync("subscribe", "sns:Subscribe, sns:Unsubscribe", async () =>
        {
            var arn = (await sqs.GetAttributesAsync(url, [ArnAttribute]))[ArnAttribute];
            if (await sns.SubscribeAsync(topic, arn) is { } subscription)
                await sns.UnsubscribeAsync(subscription);
        });
    }

    private bool IsOurs(string topicArn) => topicArn[(topicArn.LastIndexOf(':') + 1)..].StartsWith(_names.Topic("Flow_Contracts-"), StringComparison.Ordinal);

    private static async Task<CheckResult> TryAsync(string what, string actions, Func<Task> act)
    {
        try
        {
            await act();
            return new($"permission to {what}", CheckStatus.Ok, $"The process may {what} ({actions}).");
        }
        catch (Exception exception) when (exception is AmazonServiceException || AwsClient.IsRefusal(exception))
        {
            return new(
                $"permission to {what}", CheckStatus.Problem, $"The process may not {what} ({actions}): {exception.Message}",
                "Permit it; 'flow topology export iam --account …' prints the least policy for a process.");
        }
        catch (ConnectionException exception)
        {
            return new($"permission to {what}", CheckStatus.Unchecked, exception.Message);
        }
    }
}
