using Flow.Transports.Queues;

namespace Flow.Transports.DeadLetters;

/// <summary>The error and skipped queues of a <see cref="IQueueProvider"/>.</summary>
/// <param name="open">Opens the provider.</param>
/// <param name="listedAs">
/// Where queues of other systems lie beside Flow's: the name that the provider lists a queue by. Only the queues that are asked for are looked behind then. Null: all are Flow's, and all are looked behind.
/// </param>
internal sealed class QueueDeadLetters(Func<QueueProviderUse> open, Func<string, string>? listedAs = null) : IDeadLetterQueues, IAsyncDisposable
{
    private const int Batch = 50;
    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(1);

    private readonly Lazy<QueueProviderUse> _use = new(open);
    private readonly Guid _owner = Guid.NewGuid();

    private IQueueProvider Provider => _use.Value.Provider;

    public async Task<int> DrainAsync(IReadOnlyCollection<string> queues, Func<IReadOnlyList<DeadMessage>, CancellationToken, Task> store, CancellationToken cancellationToken)
    {
        var drained = 0;
        var asked = listedAs is null ? null : queues.Select(listedAs).ToHashSet(StringComparer.Ordinal);
        foreach (var queue in await Provider.ListFilledAsync())
        {
            if (AsideHeaders.OriginOf(queue) is not { } origin || asked?.Contains(origin) is false)
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
