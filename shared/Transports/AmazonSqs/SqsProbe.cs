using System.Text.Json;
using Amazon.Runtime;
using Flow.Transports.Queues;
using MassTransit;
using MassTransit.Transports;

namespace Flow.Transports.AmazonSqs;

/// <summary>
/// Asks AWS whether it lets us in and, where nothing is to be created, whether everything is there that the endpoints of the process need: all that is missing is named in one sentence. Queues that the
/// process only sends to show when it does.
/// </summary>
internal sealed class SqsProbe(AmazonSqsSettings settings, IBusInstance bus)
{
    private readonly AmazonSqsNames _names = new(settings.NamePrefix);

    public async Task<string?> CheckAsync(CancellationToken cancellationToken)
    {
        if (await settings.CheckAsync(cancellationToken) is { } problem)
            return problem;
        if (settings.Topology == AmazonSqsTopologyMode.Create)
            return null;
        try
        {
            return await FindMissingAsync(cancellationToken);
        }
        catch (Exception exception) when (exception is ConnectionException or AmazonServiceException)
        {
            return $"{exception.Message.TrimEnd('.')}.";
        }
    }

    private async Task<string?> FindMissingAsync(CancellationToken cancellationToken)
    {
        using var sqs = settings.CreateSqsClient();
        using var sns = settings.CreateSnsClient();
        var (queues, bindings) = ReadNeeds();
        var known = (await sns.ListTopicsAsync()).ToDictionary(arn => arn[(arn.LastIndexOf(':') + 1)..], StringComparer.Ordinal);
        var topics = BusRules.Messages.Select(AmazonSqsNames.TopicFor).Union(bindings.Select(binding => binding.Topic), StringComparer.Ordinal);

        var missingQueues = new List<string>();
        foreach (var queue in queues.SelectMany(queue => QueueFamily.Behind(queue).Prepend(queue)).Select(_names.Queue))
        {
            if (await sqs.GetQueueUrlAsync(queue, cancellationToken) is null)
                missingQueues.Add(queue);
        }

        var missingTopics = topics.Select(_names.Topic).Where(topic => !known.ContainsKey(topic)).Order(StringComparer.Ordinal).ToList();
        var missingSubscriptions = new List<string>();
        foreach (var of in bindings.GroupBy(binding => _names.Topic(binding.Topic), StringComparer.Ordinal))
        {
            var subscribed = known.TryGetValue(of.Key, out var arn) ? (await sns.ListSubscribersAsync(arn)).Select(endpoint => endpoint[(endpoint.LastIndexOf(':') + 1)..]).ToHashSet(StringComparer.Ordinal) : [];
            missingSubscriptions.AddRange(of.Select(binding => _names.Queue(binding.Queue)).Where(queue => !subscribed.Contains(queue)).Select(queue => $"{of.Key} to {queue}"));
        }

        (string What, List<string> Names)[] missing = [("queues", missingQueues), ("topics", missingTopics), ("subscriptions", missingSubscriptions)];
        return missing.All(kind => kind.Names.Count == 0)
            ? null
            : $"In {settings.Region} there are not: {string.Join("; ", missing.Where(kind => kind.Names.Count > 0).Select(kind => $"the {kind.What} {string.Join(", ", kind.Names)}"))}. "
                + $"Create them, or set {AmazonSqsSettings.Section}:Topology to {AmazonSqsTopologyMode.Create}.";
    }

    /// <summary>Durable queues and bindings of the endpoints, as the bus tells of itself.</summary>
    private (HashSet<string> Queues, HashSet<(string Topic, string Queue)> Bindings) ReadNeeds()
    {
        var queues = new HashSet<string>(StringComparer.Ordinal);
        var bindings = new HashSet<(string, string)>();
        Visit(JsonSerializer.SerializeToElement(bus.BusControl.GetProbeResult().Results));
        bindings.RemoveWhere(binding => !queues.Contains(binding.Item2));
        return (queues, bindings);

        void Visit(JsonElement element)
        {
            if (element.ValueKind == JsonValueKind.Array)
            {
                foreach (var item in element.EnumerateArray())
                    Visit(item);
            }

            if (element.ValueKind != JsonValueKind.Object)
                return;
            foreach (var member in element.EnumerateObject())
            {
                foreach (var one in member.Value.ValueKind == JsonValueKind.Array ? member.Value.EnumerateArray().ToList() : [member.Value])
                    Note(member.Name, one);
                Visit(member.Value);
            }
        }

        void Note(string kind, JsonElement scope)
        {
            if (kind == "queue" && TextOf(scope, "name") is { } queue && TextOf(scope, "autoDeleteOnIdle") is null)
                queues.Add(queue);
            if (kind == "queue-subscription" && TextOf(scope, "source") is { } topic && TextOf(scope, "destination") is { } destination)
                bindings.Add((topic, destination));
        }
    }

    private static string? TextOf(JsonElement scope, string name) =>
        scope.ValueKind == JsonValueKind.Object && scope.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value.ToString() : null;
}
