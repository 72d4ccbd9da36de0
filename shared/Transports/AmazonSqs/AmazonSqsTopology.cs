using System.Text.Encodings.Web;
using System.Text.Json;
using Amazon;

namespace Flow.Transports;

/// <summary>What Flow needs in AWS.</summary>
public static class AmazonSqsTopology
{
    private static readonly JsonSerializerOptions Json = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>
    /// The IAM policy that a process of Flow needs, and no more: its own queues and topics by their prefix, in one region and account. With <see cref="AmazonSqsTopologyMode.Verify"/> it creates
    /// nothing but temporary queues, which bear the tag <c>flow-alive-at</c>. What it sends to queues of others, and their keys of KMS, is not in it.
    /// </summary>
    /// <param name="settings">Region, prefix and mode.</param>
    /// <param name="accountId">The account's 12 digits.</param>
    /// <returns>The policy document as JSON.</returns>
    /// <exception cref="ArgumentException">The account is not 12 digits, or the settings have no region.</exception>
    public static string IamPolicy(AmazonSqsSettings settings, string accountId)
    {
        ArgumentNullException.ThrowIfNull(settings);
        if (accountId is not { Length: 12 } || !accountId.All(char.IsAsciiDigit))
            throw new ArgumentException($"'{accountId}' is not an AWS account: use its 12 digits.", nameof(accountId));
        if (string.IsNullOrWhiteSpace(settings.Region))
            throw new ArgumentException($"{AmazonSqsSettings.Section}:Region is missing.", nameof(settings));

        var partition = RegionEndpoint.GetBySystemName(settings.Region).PartitionName;
        var queues = $"arn:{partition}:sqs:{settings.Region}:{accountId}:{settings.NamePrefix}*";
        var topics = $"arn:{partition}:sns:{settings.Region}:{accountId}:{settings.NamePrefix}*";
        var creates = settings.Topology == AmazonSqsTopologyMode.Create;
        List<object> statements =
        [
            Allow("Messages", queues, "sqs:SendMessage", "sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:ChangeMessageVisibility", "sqs:GetQueueUrl", "sqs:GetQueueAttributes", "sqs:ListQueueTags"),
            Allow("Topics", topics, "sns:Publish", "sns:Subscribe", "sns:ListSubscriptionsByTopic"),
            Allow("Lists", "*", "sqs:ListQueues", "sns:ListTopics", "sns:Unsubscribe"),
        ];
        if (creates)
        {
            statements.Add(Allow("CreateQueues", queues, "sqs:CreateQueue", "sqs:SetQueueAttributes", "sqs:TagQueue"));
            statements.Add(Allow("CreateTopics", topics, "sns:CreateTopic", "sns:SetTopicAttributes", "sns:TagResource"));
        }
        else
        {
            statements.Add(AllowTemporary("CreateTemporaryQueues", queues, "aws:RequestTag", "sqs:CreateQueue", "sqs:TagQueue"));
            statements.Add(AllowTemporary("SetTemporaryQueues", queues, "aws:ResourceTag", "sqs:SetQueueAttributes"));
        }

        statements.Add(AllowTemporary("DeleteTemporaryQueues", queues, "aws:ResourceTag", "sqs:DeleteQueue"));
        return JsonSerializer.Serialize(new { Version = "2012-10-17", Statement = statements }, Json);
    }

    private static object Allow(string id, string resource, params string[] actions) => new { Sid = id, Effect = "Allow", Action = actions, Resource = resource };

    private static object AllowTemporary(string id, string resource, string tags, params string[] actions) => new
    {
        Sid = id,
        Effect = "Allow",
        Action = actions,
        Resource = resource,
        Condition = new { Null = new Dictionary<string, string>(StringComparer.Ordinal) { [$"{tags}/{AmazonSqs.TemporaryQueues.AliveTag}"] = "false" } },
    };
}
