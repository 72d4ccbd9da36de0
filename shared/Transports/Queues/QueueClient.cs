using MassTransit;
using MassTransit.SqlTransport;
using MassTransit.SqlTransport.Topology;

namespace Flow.Transports.Queues;

/// <summary>What the engine asks of a broker, said in the words of <see cref="IQueueProvider"/>.</summary>
internal sealed class QueueClient(QueueConnection connection, CancellationToken cancellationToken) : SqlClientContext(connection, cancellationToken)
{
    public const int DefaultDeliveryLimit = 20;

    private const short DefaultPriority = 100;

    private readonly IQueueProvider _provider = connection.Provider;

    public override async Task<long> CreateQueue(Queue queue)
    {
        var declared = new QueueSpec(queue.QueueName, queue.AutoDeleteOnIdle, queue.MaxDeliveryCount ?? DefaultDeliveryLimit, connection.Waits.IsServed(queue.QueueName));
        connection.Declared[declared.Name] = declared;
        return connection.Waits.Name(await _provider.CreateQueueAsync(declared), queue.QueueName);
    }

    public override async Task<long> CreateTopic(Topic topic)
    {
        await _provider.CreateTopicAsync(topic.TopicName);
        return 0;
    }

    public override async Task<long> CreateTopicSubscription(TopicToTopicSubscription subscription)
    {
        await _provider.BindAsync(new TopicBinding(
            subscription.Source.TopicName, subscription.Destination.TopicName, ToTopic: true, KeyOf(subscription.SubscriptionType, subscription.RoutingKey)));
        return 0;
    }

    public override async Task<long> CreateQueueSubscription(TopicToQueueSubscription subscription)
    {
        await _provider.BindAsync(new TopicBinding(
            subscription.Source.TopicName, subscription.Destination.QueueName, ToTopic: false, KeyOf(subscription.SubscriptionType, subscription.RoutingKey)));
        return 0;
    }

    public override Task<long> PurgeQueue(string queueName, CancellationToken cancellationToken) => _provider.PurgeAsync(queueName);

    public override async Task Send<T>(string queueName, SqlMessageSendContext<T> context)
    {
        var message = Outbound(context);
        while (!await _provider.SendAsync(queueName, message))
        {
            // It was deleted since it was declared: a temporary one because nobody receives from it any more.
            if (!connection.Declared.TryGetValue(queueName, out var declared) || declared.DeleteAfterIdle is not null)
                return;
            await _provider.CreateQueueAsync(declared);
        }
    }

    public override Task Publish<T>(string topicName, SqlMessageSendContext<T> context) => _provider.PublishAsync(topicName, Outbound(context));

    public override async Task<IEnumerable<SqlTransportMessage>> ReceiveMessages(
        string queueName, SqlReceiveMode mode, int messageLimit, int concurrentLimit, TimeSpan lockDuration)
    {
        var messages = await (mode switch
        {
            SqlReceiveMode.Normal => _provider.ReceiveAsync(queueName, connection.Owner, messageLimit, lockDuration),
            SqlReceiveMode.Partitioned or SqlReceiveMode.PartitionedOrdered => _provider.ReceiveInOrderAsync(queueName, connection.Owner, messageLimit, lockDuration),
            _ => throw new NotSupportedException($"The endpoint {queueName} asks for receive mode {mode}; Flow's queue transport has Normal, Partitioned and PartitionedOrdered."),
        });
        return messages.Select(message => Inbound(queueName, message)).ToList();
    }

    public override Task TouchQueue(string queueName) => _provider.TouchAsync(queueName);

    public override async Task<int?> DeadLetterQueue(string queueName, int messageCount) => await _provider.SweepAsync(queueName);

    public override Task<bool> DeleteMessage(Guid lockId, long messageDeliveryId) => _provider.AcknowledgeAsync(new Lease(lockId, messageDeliveryId));

    public override Task<bool> DeleteScheduledMessage(Guid tokenId, CancellationToken cancellationToken) => _provider.CancelAsync(tokenId);

    public override Task<bool> MoveMessage(Guid lockId, long messageDeliveryId, string queueName, SqlQueueType queueType, SendHeaders sendHeaders) =>
        _provider.MoveAsync(new Lease(lockId, messageDeliveryId), QueueFamily.NameOf(queueName, queueType), TransportHeaders.Write(sendHeaders));

    public override Task<bool> RenewLock(Guid lockId, long messageDeliveryId, TimeSpan duration) =>
        _provider.ExtendAsync(new Lease(lockId, messageDeliveryId), duration);

    public override Task<bool> Unlock(Guid lockId, long messageDeliveryId, TimeSpan delay, SendHeaders sendHeaders) =>
        _provider.ReleaseAsync(new Lease(lockId, messageDeliveryId), delay, TransportHeaders.Write(sendHeaders));

    private static string? KeyOf(SqlSubscriptionType type, string? routingKey) => type switch
    {
        SqlSubscriptionType.All => null,
        SqlSubscriptionType.RoutingKey => routingKey ?? string.Empty,
        _ => throw new NotSupportedException("Flow's queue transport binds by topic or by exact routing key, not by pattern."),
    };

    private static OutboundMessage Outbound<T>(SqlMessageSendContext<T> context)
        where T : class => new()
        {
            TransportId = context.TransportMessageId,
            Body = context.Body.GetBytes(),
            ContentType = context.ContentType?.ToString(),
            Priority = context.Priority ?? DefaultPriority,
            Delay = context.Delay is { } delay && delay > TimeSpan.Zero ? delay : TimeSpan.Zero,
            TimeToLive = context.TimeToLive,
            CancelToken = context.Headers.TryGetHeader(MessageHeaders.SchedulingTokenId, out var token) && Guid.TryParse(token?.ToString(), out var id) ? id : null,
            RoutingKey = context.RoutingKey,
            PartitionKey = context.PartitionKey,
        };

    private static SqlTransportMessage Inbound(string queueName, InboundMessage message) => new()
    {
        TransportMessageId = message.TransportId,
        QueueName = queueName,
        Priority = message.Priority,
        MessageDeliveryId = message.Lease.MessageId,
        LockId = message.Lease.LockId,
        EnqueueTime = message.SentAt.UtcDateTime,
        SentTime = message.SentAt.UtcDateTime,
        ExpirationTime = message.ExpiresAt?.UtcDateTime,
        DeliveryCount = message.EarlierDeliveries,
        RoutingKey = message.RoutingKey,
        PartitionKey = message.PartitionKey,
        ContentType = message.ContentType,
        TransportHeaders = message.TransportHeaders,
        BinaryBody = TransportHeaders.ShowRedeliveryCount(message),
    };
}
