using Flow.Transports.Queues;

namespace Flow.Transports.DeadLetters;

/// <summary>The error and skipped queues of a <see cref="IQueueProvider"/>.</summary>
internal sealed class QueueDeadLetters(Func<QueueProviderUse> open) : IDeadLetterQueues, IAsyncDisposable
{
    private const int Batch = 50;
    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(1);

    private readonly Lazy<QueueProviderUse> _use = new(open);
    private readonly Guid _owner = Guid.NewGuid();

    private IQueueProvider Provider => _use.Value.Provider;

    public async Task<int> DrainAsync(IReadOnlyCollection<string> queues, Func<IReadOnlyList<DeadMessage>, CancellationToken, Task> store, CancellationToken cancellationToken)
    {
        var drained = 0;
        foreach (var queue in await Provider.ListFilledAsync())
        {
            if (AsideHeaders.OriginOf(queue) is not { } origin)
                continue;
            while (await Provider.ReceiveAsync(queue, _owner, Batch, Lease) is { Count: > 0 } batch)
            {
                try
                {
                    await store([.. batch.Select(message => Message(origin, message))], cancellationToken);
                }
                catch
                {
                    await Provider.ReleaseAllAsync(_owner);
                    throw;
                }

                await Task.WhenAll(batch.Select(message => Provider.AcknowledgeAsync(message.Lease)));
                drained += batch.Count;
            }
        }

        return drained;
    }

    public async Task SendAsync(DeadMessage message, CancellationToken cancellationToken)
    {
        var sent = await Provider.SendAsync(message.Queue, new OutboundMessage
        {
            TransportId = Guid.Parse(message.MessageId!),
            Body = message.Body,
            ContentType = message.ContentType,
            TransportHeaders = AsideHeaders.Original(message.Headers) is { Count: > 0 } headers ? headers.ToJsonString() : null,
        });
        if (!sent)
            throw new UnroutableMessageException(message.Queue);
    }

    public async ValueTask DisposeAsync()
    {
        if (_use.IsValueCreated)
            await _use.Value.DisposeAsync();
    }

    private static DeadMessage Message(string origin, InboundMessage message) => new()
    {
        Queue = origin,
        MessageId = message.TransportId.ToString(),
        IsRedelivered = message.EarlierDeliveries > 0,
        Body = message.Body,
        ContentType = message.ContentType,
        Headers = message.TransportHeaders ?? "{}",
        Deliveries = AsideHeaders.DeliveriesIn(message.TransportHeaders),
    };
}
