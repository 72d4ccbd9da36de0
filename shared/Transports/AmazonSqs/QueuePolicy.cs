using System.Text.Json.Nodes;

namespace Flow.Transports.AmazonSqs;

/// <summary>The access policy of a queue, as far as topics may send to it: one statement, in which the topics of all who bind the queue stand, MassTransit.AmazonSQS included.</summary>
internal static class QueuePolicy
{
    private const string Send = "sqs:SendMessage";
    private const string Sns = "sns.amazonaws.com";
    private const string Source = "aws:SourceArn";

    /// <summary>The policy with the topics added; null: they may send already.</summary>
    /// <param name="policy">The policy as it is; null or empty: there is none.</param>
    /// <param name="queueArn">The queue.</param>
    /// <param name="topics">ARN of the topics, with <c>*</c> at its end for all that begin so.</param>
    public static string? Allow(string? policy, string queueArn, string topics)
    {
        var document = (string.IsNullOrEmpty(policy) ? null : JsonNode.Parse(policy) as JsonObject) ?? new JsonObject { ["Version"] = "2012-10-17" };
        var statements = List(document, "Statement");
        var statement = statements.OfType<JsonObject>().FirstOrDefault(candidate => IsOurs(candidate, queueArn));
        if (statement is null)
        {
            statements.Add(statement = new JsonObject
            {
                ["Effect"] = "Allow",
                ["Principal"] = new JsonObject { ["Service"] = Sns },
                ["Action"] = Send,
                ["Resource"] = queueArn,
                ["Condition"] = new JsonObject { ["ArnLike"] = new JsonObject { [Source] = new JsonArray() } },
            });
        }

        // Without a condition on its source the statement admits every topic.
        if (statement["Condition"]?["ArnLike"] is not JsonObject condition)
            return null;
        var sources = List(condition, Source);
        if (sources.Any(source => Covers(source?.ToString() ?? string.Empty, topics)))
            return null;
        sources.Add(topics);
        return document.ToJsonString();
    }

    private static bool IsOurs(JsonObject statement, string queueArn) =>
        statement["Effect"]?.ToString() == "Allow" && Texts(statement["Action"]).Contains(Send, StringComparer.OrdinalIgnoreCase) && Texts(statement["Resource"]).Contains(queueArn, StringComparer.Ordinal)
        && Texts((statement["Principal"] as JsonObject)?["Service"]).Contains(Sns, StringComparer.Ordinal);

    private static bool Covers(string source, string topics) =>
        source == topics || (source.EndsWith('*') && topics.StartsWith(source[..^1], StringComparison.Ordinal));

    private static IEnumerable<string> Texts(JsonNode? node) => node switch
    {
        null => [],
        JsonArray many => many.Select(one => one?.ToString() ?? string.Empty),
        _ => [node.ToString()],
    };

    /// <summary>A member as a list; AWS writes a list of one as the one.</summary>
    private static JsonArray List(JsonObject parent, string name)
    {
        if (parent[name] is JsonArray list)
            return list;
        var made = parent[name] is { } one ? new JsonArray(one.DeepClone()) : [];
        parent[name] = made;
        return made;
    }
}
