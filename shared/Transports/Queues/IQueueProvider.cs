namespace Flow.Transports.Queues;

/// <summary>A queue as an endpoint declares it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="DeleteAfterIdle">For a temporary queue: how long after its consumer is gone it is deleted with its messages. Null: never.</param>
/// <param name="DeliveryLimit">Deliveries without an acknowledgement after which a message moves to the error queue.</param>
/// <param name="IsServed">Whether an endpoint of this process receives from it; else the process only sends to it.</param>
internal sealed record QueueSpec(string Name, TimeSpan? DeleteAfterIdle, int DeliveryLimit, bool IsServed = false);

/// <summary>Whatever is published to a topic reaches a queue, or another topic.</summary>
/// <param name="Topic">Where it is published.</param>
/// <param name="Destination">Name of the queue or topic it reaches.</param>
/// <param name="ToTopic">Whether the destination is a topic.</param>
/// <param name="RoutingKey">Only messages with this routing key; null: all.</param>
internal sealed record TopicBinding(string Topic, string Destination, bool ToTopic, string? RoutingKey);

/// <summary>A message to store.</summary>
internal sealed record OutboundMessage
{
    /// <summary>Id of this transmission, for tracing; a broker that stores messages of one id once goes by it.</summary>
    public required Guid TransportId { get; init; }

    /// <summary>The body as it travels.</summary>
    public required byte[] Body { get; init; }

    /// <summary>Media type of the body.</summary>
    public string? ContentType { get; init; }

    /// <summary>A smaller number is received earlier; 100 is ordinary.</summary>
    public short Priority { get; init; } = 100;

    /// <summary>How long until it can be received.</summary>
    public TimeSpan Delay { get; init; }

    /// <summary>How long until it is worthless; null: never.</summary>
    public TimeSpan? TimeToLive { get; init; }

    /// <summary>By which a delayed message can be cancelled.</summary>
    public Guid? CancelToken { get; init; }

    /// <summary>Routing key for bindings that ask for one.</summary>
    public string? RoutingKey { get; init; }

    /// <summary>What it belongs to, for a receiver that takes messages in order; null: nothing.</summary>
    public string? PartitionKey { get; init; }

    /// <summary>What is to stand beside the body from the start, as a JSON object; MassTransit's own headers travel in the envelope.</summary>
    public string? TransportHeaders { get; init; }
}

/// <summary>A received message: nobody else receives it until the lease ends, is released, or the message is gone.</summary>
/// <param name="LockId">New for every receive.</param>
/// <param name="MessageId">The message within its queue.</param>
internal readonly record struct Lease(Guid LockId, long MessageId);

/// <summary>A message as received.</summary>
internal sealed record InboundMessage
{
    /// <summary>What to acknowledge, extend, release or move it by.</summary>
    public required Lease Lease { get; init; }

    /// <summary>Id of the transmission.</summary>
    public required Guid TransportId { get; init; }

    /// <summary>How often it was received before.</summary>
    public required int EarlierDeliveries { get; init; }

    /// <summary>Its priority.</summary>
    public required short Priority { get; init; }

    /// <summary>When it was sent.</summary>
    public required DateTimeOffset SentAt { get; init; }

    /// <summary>When it becomes worthless.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>Media type of the body.</summary>
    public string? ContentType { get; init; }

    /// <summary>Its routing key.</summary>
    public string? RoutingKey { get; init; }

    /// <summary>What it belongs to; null: nothing.</summary>
    public string? PartitionKey { get; init; }

    /// <summary>What the transport added to it (redelivery count, fault), as a JSON object.</summary>
    public string? TransportHeaders { get; init; }

    /// <summary>The body.</summary>
    public required byte[] Body { get; init; }
}

/// <summary>
/// A store of queues and topics: all that one broker or database must do to carry Flow's messages. Every task that ends well means: durably done.
/// Methods that take a <see cref="Lease"/> answer false when it is no longer held, and then have done nothing.
/// </summary>
internal interface IQueueProvider
{
    /// <summary>Creates the queue if it is not there; answers its id.</summary>
    Task<long> CreateQueueAsync(QueueSpec queue);

    /// <summary>Creates the topic if it is not there, where a topic is more than the name that bindings share.</summary>
    Task CreateTopicAsync(string topic) => Task.CompletedTask;

    /// <summary>Adds the binding if it is not there.</summary>
    Task BindAsync(TopicBinding binding);

    /// <summary>Stores a message in a queue. False: there is no such queue (any more), and nothing was stored.</summary>
    Task<bool> SendAsync(string queue, OutboundMessage message);

    /// <summary>Names of the queues that hold messages.</summary>
    Task<IReadOnlyList<string>> ListFilledAsync();

    /// <summary>Stores a copy in every queue that the topic reaches.</summary>
    Task PublishAsync(string topic, OutboundMessage message);

    /// <summary>Leases up to <paramref name="limit"/> messages by priority, then by age. Does not wait: an empty queue gives an empty list.</summary>
    Task<IReadOnlyList<InboundMessage>> ReceiveAsync(string queue, Guid owner, int limit, TimeSpan lease);

    /// <summary>
    /// As <see cref="ReceiveAsync"/>, but of the messages of one <see cref="InboundMessage.PartitionKey"/> only the oldest, and none as long as somebody holds one of them: so each key's messages are handled
    /// one at a time and in order, by however many receivers. Those without a key are as ever.
    /// </summary>
    /// <exception cref="NotSupportedException">The provider has no such order.</exception>
    Task<IReadOnlyList<InboundMessage>> ReceiveInOrderAsync(string queue, Guid owner, int limit, TimeSpan lease) =>
        throw new NotSupportedException($"The endpoint {queue} asks for messages in the order of their partition keys; this transport does not keep it. Use the receive mode Normal, or Flow:Transport Postgres.");

    /// <summary>Waits until the queue may have something to receive, or for <paramref name="timeout"/>.</summary>
    Task WaitAsync(long queueId, TimeSpan timeout, CancellationToken cancellationToken);

    /// <summary>Removes the message: it is done. It may come again all the same when the process is killed just then.</summary>
    Task<bool> AcknowledgeAsync(Lease lease);

    /// <summary>Holds the message for <paramref name="duration"/> from now.</summary>
    Task<bool> ExtendAsync(Lease lease, TimeSpan duration);

    /// <summary>Gives the message back, to be received again after <paramref name="delay"/>, with new transport headers.</summary>
    Task<bool> ReleaseAsync(Lease lease, TimeSpan delay, string? transportHeaders);

    /// <summary>Moves the message to another queue, which is created if need be.</summary>
    Task<bool> MoveAsync(Lease lease, string queue, string? transportHeaders);

    /// <summary>Removes a delayed message; false when it is too late, or there is none.</summary>
    Task<bool> CancelAsync(Guid cancelToken);

    /// <summary>Empties a queue; answers how many messages there were.</summary>
    Task<long> PurgeAsync(string queue);

    /// <summary>Moves messages over their delivery limit to the error queue; answers how many.</summary>
    Task<int> SweepAsync(string queue);

    /// <summary>Says that the consumer of a temporary queue lives.</summary>
    Task TouchAsync(string queue);

    /// <summary>Gives back all that one consumer process holds, as if it had never received it.</summary>
    Task ReleaseAllAsync(Guid owner);
}
