using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using Amazon.Runtime;
using Flow.Transports.Queues;
using MassTransit;

namespace Flow.Transports.AmazonSqs;

/// <summary>A queue that is there.</summary>
/// <param name="Name">Its name on the wire.</param>
/// <param name="Url">What SQS calls it by.</param>
internal sealed record SqsQueue(string Name, string Url)
{
    public bool IsFifo => AmazonSqsNames.IsFifo(Name);
}

/// <summary>
/// The queues and topics that a process uses: found, created where they are missing and the settings have it so, and known from then on. What others created is left as it is, but for the topics that
/// its policy admits.
/// </summary>
internal sealed class SqsTopology(SqsClient sqs, SnsClient sns, AmazonSqsSettings settings, AmazonSqsNames names, TemporaryQueues temporary, int maxMessageBytes) : IDisposable
{
    /// <summary>Bytes of a message that are not its body.</summary>
    public const int MessageRoom = 1024;

    private const string ArnAttribute = "QueueArn";
    private const string PolicyAttribute = "Policy";
    private const int SecondsADay = 86_400;
    private const int TemporaryRetentionSeconds = 3_600;
    private const int MostBytesOfPlainTopic = 256 * 1024;

    private static readonly string[] ArnAndPolicy = [ArnAttribute, PolicyAttribute];

    private readonly ConcurrentDictionary<string, Lazy<Task<SqsQueue?>>> _queues = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Lazy<Task<string>>> _topics = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _binding = new(1, 1);
    private Lazy<Task<IReadOnlyDictionary<string, string>>>? _known;

    private bool Creates => settings.Topology == AmazonSqsTopologyMode.Create;

    /// <summary>The queue, found or created; null: it is a temporary one of another process that has ended, or another system's that is not there.</summary>
    /// <exception cref="ConnectionException">SQS cannot be reached; or there is no such queue, and none is to be created.</exception>
    public Task<SqsQueue?> DeclareAsync(QueueSpec queue) => KnownAsync(_queues, names.Queue(queue.Name), wire => FindOrCreateAsync(queue, wire));

    /// <summary>The queue; null: there is none.</summary>
    public Task<SqsQueue?> FindAsync(string queue) => KnownAsync(_queues, names.Queue(queue), FindWireAsync);

    /// <summary>Whatever is published to the topic reaches the queue from now on.</summary>
    public async Task BindAsync(string topic, string queueName)
    {
        var topicArn = await TopicAsync(topic);
        if (AmazonSqsNames.IsFifo(names.Queue(queueName)))
        {
            throw new NotSupportedException(
                $"The FIFO queue {names.Queue(queueName)} cannot take what is published to {names.Topic(topic)}: SNS delivers to one from FIFO topics only. "
                    + "Set ConfigureConsumeTopology = false on its endpoint and send to it, or give it a name without .fifo.");
        }

        var queue = await FindAsync(queueName) ?? throw new ConnectionException($"The queue {names.Queue(queueName)} is not there to be bound.", isTransient: true);
        // The policy is read and written: one after another.
        await _binding.WaitAsync();
        try
        {
            var attributes = await sqs.GetAttributesAsync(queue.Url, ArnAndPolicy);
            var queueArn = attributes[ArnAttribute];
            if (!Creates && !temporary.IsOurs(queue))
            {
                if (!(await sns.ListSubscribersAsync(topicArn)).Contains(queueArn, StringComparer.Ordinal))
                    throw Missing($"subscription of the queue {queue.Name} to the topic {names.Topic(topic)}");
                return;
            }

            // The policy first: what is published between the two would be refused, and lost.
            if (QueuePolicy.Allow(attributes.GetValueOrDefault(PolicyAttribute), queueArn, TopicsLike(topicArn, topic)) is { } policy)
                await sqs.SetAttributesAsync(queue.Url, new Dictionary<string, string>(StringComparer.Ordinal) { [PolicyAttribute] = policy });
            var subscription = await sns.SubscribeAsync(topicArn, queueArn);
            if (subscription is not null && temporary.IsOurs(queue))
                await temporary.NoteAsync(queue, subscription);
        }
        catch (AmazonServiceException exception) when (SqsClient.IsMissingQueue(exception) || SnsClient.IsMissingTopic(exception))
        {
            Forget(queueName);
            _topics.TryRemove(topic, out _);
            _known = null;
            throw new ConnectionException($"{queue.Name} or {names.Topic(topic)} was deleted: {exception.Message}", exception, isTransient: true);
        }
        finally
        {
            _binding.Release();
        }
    }

    /// <summary>The ARN of a topic, found or created.</summary>
    public async Task<string> TopicAsync(string topic) => (await KnownAsync(_topics, topic, FindOrCreateTopicAsync))!;

    /// <summary>The names within the process of all queues with our prefix.</summary>
    public async Task<IReadOnlyList<string>> ListAsync() => [.. (await sqs.ListQueuesAsync(names.Prefix)).Select(url => names.QueueOf(NameOf(url)))];

    /// <summary>The queue was deleted: it is looked for anew.</summary>
    public void Forget(string queue) => _queues.TryRemove(names.Queue(queue), out _);

    public void ForgetTopic(string topic)
    {
        _topics.TryRemove(topic, out _);
        _known = null;
    }

    public void Dispose() => _binding.Dispose();

    public static string NameOf(string url) => url[(url.LastIndexOf('/') + 1)..];

    private static async Task<T?> KnownAsync<T>(ConcurrentDictionary<string, Lazy<Task<T>>> known, string name, Func<string, Task<T>> find)
    {
        var finding = known.GetOrAdd(name, key => new(() => find(key)));
        try
        {
            var found = await finding.Value;
            // What is not there may come.
            if (found is null)
                known.TryRemove(new(name, finding));
            return found;
        }
        catch
        {
            known.TryRemove(new(name, finding));
            throw;
        }
    }

    private async Task<SqsQueue?> FindWireAsync(string wire) => await sqs.GetQueueUrlAsync(wire) is { } url ? new SqsQueue(wire, url) : null;

    private async Task<SqsQueue?> FindOrCreateAsync(QueueSpec queue, string wire)
    {
        var found = await FindWireAsync(wire);
        if (found is null && !AmazonSqsNames.IsForeign(queue.Name) && (queue.DeleteAfterIdle is null || queue.IsServed))
        {
            if (!Creates && queue.DeleteAfterIdle is null)
                throw Missing($"queue {wire}");
            found = await CreateAsync(queue, wire);
        }

        if (found is not null && queue is { DeleteAfterIdle: not null, IsServed: true })
            temporary.Own(found);
        if (!Creates && queue is { DeleteAfterIdle: null, IsServed: true })
            await FindBehindAsync(queue.Name);
        return found;
    }

    /// <summary>Where nothing is created, the queues for what is put aside must be there before there is something: it would come again and again.</summary>
    private async Task FindBehindAsync(string queue)
    {
        foreach (var behind in QueueFamily.Behind(queue))
        {
            if (await FindAsync(behind) is null)
                throw Missing($"queue {names.Queue(behind)}");
        }
    }

    private async Task<SqsQueue?> CreateAsync(QueueSpec queue, string wire)
    {
        var isTemporary = queue.DeleteAfterIdle is not null;
        var attributes = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["VisibilityTimeout"] = Text(settings.VisibilityTimeoutSeconds),
            ["MessageRetentionPeriod"] = Text(isTemporary ? TemporaryRetentionSeconds : settings.RetentionDays * SecondsADay),
            ["ReceiveMessageWaitTimeSeconds"] = Text(SqsQueueProvider.LongPollSeconds),
        };
        if (AmazonSqsNames.IsFifo(wire))
        {
            attributes["FifoQueue"] = "true";
            // Each group on its own, as SQS needs it for high throughput.
            attributes["DeduplicationScope"] = "messageGroup";
            attributes["FifoThroughputLimit"] = "perMessageGroupId";
        }

        if (!isTemporary && DeadLetters.AsideHeaders.OriginOf(queue.Name) is null)
        {
            var errors = await DeclareAsync(new QueueSpec(QueueFamily.ErrorQueue(queue.Name), null, queue.DeliveryLimit));
            var errorArn = (await sqs.GetAttributesAsync(errors!.Url, [ArnAttribute]))[ArnAttribute];
            attributes["RedrivePolicy"] = JsonSerializer.Serialize(new { deadLetterTargetArn = errorArn, maxReceiveCount = Text(queue.DeliveryLimit) });
        }

        try
        {
            return new SqsQueue(wire, await sqs.CreateQueueAsync(wire, attributes, isTemporary ? temporary.Tags(settings.Tags) : settings.Tags.AsReadOnly()));
        }
        catch (AmazonServiceException exception) when (exception.ErrorCode is "QueueNameExists" or "QueueAlreadyExists")
        {
            // Somebody else was quicker, and has it otherwise.
            return await FindWireAsync(wire);
        }
    }

    private async Task<string> FindOrCreateTopicAsync(string topic)
    {
        var wire = names.Topic(topic);
        var known = _known ??= new(ListTopicsAsync);
        if (!(await known.Value).TryGetValue(wire, out var arn))
            arn = Creates ? await sns.CreateTopicAsync(wire, settings.Tags.AsReadOnly()) : throw MissingTopic(wire);
        // By itself a topic takes 256 KiB.
        if (Creates && maxMessageBytes > MostBytesOfPlainTopic - MessageRoom)
            await sns.SetTopicAttributeAsync(arn, "MaximumMessageSize", Text(WireHeaders.MostBytes));
        return arn;
    }

    private async Task<IReadOnlyDictionary<string, string>> ListTopicsAsync()
    {
        try
        {
            return (await sns.ListTopicsAsync()).ToDictionary(arn => arn[(arn.LastIndexOf(':') + 1)..], StringComparer.Ordinal);
        }
        catch
        {
            _known = null;
            throw;
        }
    }

    /// <summary>
    /// The topics of the same namespace: a policy that lists each is written by every process with those it knows, and one of another version could take out what this one added.
    /// </summary>
    private string TopicsLike(string topicArn, string topic)
    {
        var end = topic.IndexOf('-', StringComparison.Ordinal);
        return end < 0 ? topicArn : $"{topicArn[..^names.Topic(topic).Length]}{names.Topic(topic[..end])}-*";
    }

    private ConnectionException MissingTopic(string wire)
    {
        _known = null;
        return Missing($"topic {wire}");
    }

    private ConnectionException Missing(string what) => new(
        $"There is no {what} in {settings.Region}, and {AmazonSqsSettings.Section}:Topology is {AmazonSqsTopologyMode.Verify}, so that none is created.", isTransient: true);

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
