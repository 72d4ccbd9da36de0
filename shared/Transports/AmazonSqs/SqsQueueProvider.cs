using System.Collections.Concurrent;
using Amazon.Runtime;
using Flow.Transports.Queues;
using MassTransit;

namespace Flow.Transports.AmazonSqs;

/// <summary>
/// Queues of Amazon SQS with topics of Amazon SNS. A lease is SQS's visibility timeout. What was sent was confirmed by SQS or SNS. Messages go, are deleted and are given back in batches. In
/// a standard queue a message may come twice, and out of order; in a FIFO queue those of one partition key come one after another. A scheduled message cannot be cancelled, and there are no priorities.
/// </summary>
internal sealed class SqsQueueProvider : IQueueProvider, IAsyncDisposable
{
    public const int LongPollSeconds = 20;

    // Enough for SQS to look at all that it has of the queue.
    private const int GlanceSeconds = 1;

    private static readonly TimeSpan LongestLease = TimeSpan.FromHours(12) - TimeSpan.FromMinutes(5);
    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(1);

    private readonly SqsClient _sqs;
    private readonly SnsClient _sns;
    private readonly TimeProvider _time;
    private readonly AmazonSqsNames _names;
    private readonly SqsTopology _topology;
    private readonly TemporaryQueues _temporary;
    private readonly SqsMessages _messages;
    private readonly CancellationTokenSource _closing = new();
    private readonly ConcurrentDictionary<Guid, HeldMessage> _held = new();
    private readonly ConcurrentDictionary<string, QueuePoll> _polls = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, QueueCalls> _queues = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, RequestBatches<WireMessage>> _topics = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, long> _ids = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, bool> _swallowing = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, int> _limits = new(StringComparer.Ordinal);
    private readonly int _topicBytes;
    private long _lastId;

    public SqsQueueProvider(AmazonSqsSettings settings, TimeProvider time, int maxMessageBytes)
    {
        _sqs = settings.CreateSqsClient();
        _sns = settings.CreateSnsClient();
        _time = time;
        _names = new AmazonSqsNames(settings.NamePrefix);
        _temporary = new TemporaryQueues(_sqs, _sns, _names, time);
        _topology = new SqsTopology(_sqs, _sns, settings, _names, _temporary, maxMessageBytes);
        _messages = new SqsMessages(new EnvelopeAddresses(settings.Region!, _names), time);
        _topicBytes = maxMessageBytes + SqsTopology.MessageRoom;
    }

    internal TemporaryQueues Temporary => _temporary;

    /// <summary>A provider for one use; it ends with it.</summary>
    public static QueueProviderUse Open(AmazonSqsSettings settings, TimeProvider time, int maxMessageBytes)
    {
        var provider = new SqsQueueProvider(settings, time, maxMessageBytes);
        return new QueueProviderUse(provider, provider.DisposeAsync);
    }

    public async Task<long> CreateQueueAsync(QueueSpec queue)
    {
        if (queue.DeleteAfterIdle is not null || AmazonSqsNames.IsForeign(queue.Name))
            _swallowing[queue.Name] = true;
        _limits[QueueFamily.ErrorQueue(queue.Name)] = queue.DeliveryLimit;
        if (queue.IsServed)
            _polls.GetOrAdd(queue.Name, CreatePoll);
        await _topology.DeclareAsync(queue);
        return _ids.GetOrAdd(queue.Name, _ => Interlocked.Increment(ref _lastId));
    }

    public Task CreateTopicAsync(string topic) => _topology.TopicAsync(topic);

    public Task BindAsync(TopicBinding binding)
    {
        if (binding.RoutingKey is not null)
            throw new NotSupportedException($"{binding.Destination} binds {binding.Topic} by a routing key, which topics of SNS have not.");
        // As on MassTransit.AmazonSQS, a message goes to the topic of its own type only.
        return binding.ToTopic ? Task.CompletedTask : _topology.BindAsync(binding.Topic, binding.Destination);
    }

    /// <summary>What another system has deleted is not made anew: it swallows the message.</summary>
    public async Task<bool> SendAsync(string queue, OutboundMessage message) =>
        await SendWireAsync(queue, _messages.ToWire(message, IsFifo(queue))) || AmazonSqsNames.IsForeign(queue);

    public Task<IReadOnlyList<string>> ListFilledAsync() => _topology.ListAsync();

    public async Task PublishAsync(string topic, OutboundMessage message)
    {
        var arn = await _topology.TopicAsync(topic);
        var batches = _topics.GetOrAdd(arn, a => new RequestBatches<WireMessage>(_topicBytes, entry => entry.Bytes, entries => _sns.PublishAsync(a, entries), _time));
        try
        {
            Throw(topic, await batches.AddAsync(_messages.ToPublish(message)));
        }
        catch (AmazonServiceException exception) when (SnsClient.IsMissingTopic(exception))
        {
            _topology.ForgetTopic(topic);
            throw new ConnectionException($"The topic {topic} was deleted: {exception.Message}", exception, isTransient: true);
        }
    }

    public async Task<IReadOnlyList<InboundMessage>> ReceiveAsync(string queue, Guid owner, int limit, TimeSpan lease) =>
        _polls.TryGetValue(queue, out var poll) ? poll.Take(limit, lease) : await ReceiveAsync(queue, Math.Min(limit, QueuePoll.MostMessages), lease, GlanceSeconds, CancellationToken.None);

    public Task WaitAsync(long queueId, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var queue = _ids.First(entry => entry.Value == queueId).Key;
        return _polls.GetOrAdd(queue, CreatePoll).WaitAsync(timeout, cancellationToken);
    }

    public async Task<bool> AcknowledgeAsync(Lease lease) => _held.TryRemove(lease.LockId, out var held) && await held.Calls.DeleteAsync(held.Message);

    public async Task<bool> ExtendAsync(Lease lease, TimeSpan duration)
    {
        if (!_held.TryGetValue(lease.LockId, out var held))
            return false;
        var most = held.ReceivedAt + LongestLease - _time.GetUtcNow();
        return most > TimeSpan.Zero && await ChangeAsync(held, duration < most ? duration : most);
    }

    public async Task<bool> ReleaseAsync(Lease lease, TimeSpan delay, string? transportHeaders)
    {
        if (!_held.TryRemove(lease.LockId, out var held))
            return false;
        // SQS keeps a message as it was sent: one that is to come with a new count is sent anew.
        if (Redeliveries(transportHeaders) == Redeliveries(WireHeaders.FromAttributes(held.Message.Attributes)))
            return await ChangeAsync(held, delay);
        return await SendWireAsync(held.Queue, _messages.Again(held.Message, transportHeaders, delay, IsFifo(held.Queue))) && await held.Calls.Deletes.AddAsync(held.Message.Receipt) is null;
    }

    public async Task<bool> MoveAsync(Lease lease, string queue, string? transportHeaders)
    {
        if (!_held.TryRemove(lease.LockId, out var held))
            return false;
        await _topology.DeclareAsync(new QueueSpec(queue, null, _limits.GetValueOrDefault(queue, 1)));
        // Sent before it is deleted: a process that dies in between leaves two, and never none.
        return await SendWireAsync(queue, _messages.Again(held.Message, transportHeaders, TimeSpan.Zero, IsFifo(queue))) && await held.Calls.Deletes.AddAsync(held.Message.Receipt) is null;
    }

    // SQS has no way to take a message out of a queue but to receive it.
    public Task<bool> CancelAsync(Guid cancelToken) => Task.FromResult(false);

    public async Task<long> PurgeAsync(string queue)
    {
        if (await _topology.FindAsync(queue) is not { } found)
            return 0;
        var waiting = await SqsQueues.LookAsync(_sqs, found.Url, CancellationToken.None);
        await _sqs.PurgeQueueAsync(found.Url);
        return waiting;
    }

    // Queues have a redrive policy: SQS itself moves what was received too often.
    public Task<int> SweepAsync(string queue) => Task.FromResult(0);

    public Task TouchAsync(string queue) => Task.CompletedTask;

    public async Task ReleaseAllAsync(Guid owner)
    {
        var queues = _held.Values.Select(held => held.Queue).ToHashSet(StringComparer.Ordinal);
        await ReleaseAsync(_held.Keys);
        // A poll may get what was just given back: it ends by that, and is awaited rather than cut.
        foreach (var (queue, poll) in _polls)
        {
            if (queues.Contains(queue))
                await poll.SettleAsync().WaitAsync(StopPatience, _time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        await ReleaseAsync(_held.Keys);
    }

    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync();
        await Task.WhenAll(_polls.Values.Select(poll => poll.SettleAsync()));
        await ReleaseAsync(_held.Keys);
        await Task.WhenAll(_queues.Values.Select(calls => calls.SettleAsync()));
        await _temporary.DisposeAsync();
        _topology.Dispose();
        _closing.Dispose();
        _sqs.Dispose();
        _sns.Dispose();
    }

    private static int Redeliveries(string? headers) =>
        int.TryParse(WireHeaders.Read(headers).FirstOrDefault(header => header.Key == MessageHeaders.RedeliveryCount).Value, System.Globalization.CultureInfo.InvariantCulture, out var count) ? count : 0;

    private static void Throw(string destination, EntryFault? fault)
    {
        if (fault is not null)
            throw new InvalidOperationException($"AWS refuses a message to {destination}: {fault.Message} ({fault.Code})");
    }

    private static async Task<bool> ChangeAsync(HeldMessage held, TimeSpan duration) =>
        await held.Calls.Visibility.AddAsync((held.Message.Receipt, SqsMessages.SecondsOf(duration < LongestLease ? duration : LongestLease))) is null;

    private QueuePoll CreatePoll(string queue) => new(
        (limit, lease, cancellationToken) => ReceiveAsync(queue, limit, lease, LongPollSeconds, cancellationToken),
        messages => ReleaseAsync(messages.Select(message => message.Lease.LockId)),
        _time,
        _closing.Token);

    private bool IsFifo(string queue) => AmazonSqsNames.IsFifo(_names.Queue(queue));

    private QueueCalls CallsOf(SqsQueue queue) => _queues.GetOrAdd(queue.Url, _ => new QueueCalls(_sqs, queue, _time));

    private async Task<bool> SendWireAsync(string queue, WireMessage message)
    {
        if (await _topology.FindAsync(queue) is not { } found)
            return false;
        try
        {
            Throw(queue, await CallsOf(found).Sends.AddAsync(message));
            return true;
        }
        catch (AmazonServiceException exception) when (SqsClient.IsMissingQueue(exception))
        {
            _topology.Forget(queue);
            // Who asked is gone; but a queue that is to be there is made anew by who tries again.
            return _swallowing.ContainsKey(queue) ? false : throw Deleted(queue, exception);
        }
    }

    private async Task<IReadOnlyList<InboundMessage>> ReceiveAsync(string queue, int limit, TimeSpan lease, int waitSeconds, CancellationToken cancellationToken)
    {
        if (await _topology.FindAsync(queue) is not { } found)
            return [];
        try
        {
            // A call may bring several of a group, which are not to be handled side by side.
            var received = await _sqs.ReceiveAsync(found.Url, found.IsFifo ? 1 : limit, waitSeconds, SqsMessages.SecondsOf(lease < LongestLease ? lease : LongestLease), cancellationToken);
            var calls = CallsOf(found);
            var messages = new List<InboundMessage>(received.Count);
            var early = new List<(HeldMessage Message, TimeSpan Wait)>();
            foreach (var message in received)
            {
                var held = new HeldMessage(queue, calls, SqsMessages.Unwrap(message), _time.GetUtcNow());
                if (WireHeaders.Moment(held.Message.Attributes, WireHeaders.Due) - _time.GetUtcNow() is { } wait && wait > TimeSpan.Zero)
                {
                    early.Add((held, wait));
                    continue;
                }

                var lockId = Guid.NewGuid();
                _held[lockId] = held;
                messages.Add(_messages.FromWire(held.Message, lockId, QueueFamily.IsErrorQueue(queue) ? _limits.GetValueOrDefault(queue, QueueClient.DefaultDeliveryLimit) : null));
            }

            await HideAsync(early);
            return messages;
        }
        catch (AmazonServiceException exception) when (SqsClient.IsMissingQueue(exception))
        {
            _topology.Forget(queue);
            throw Deleted(queue, exception);
        }
        catch (ConnectionException)
        {
            // So that the endpoint, when it starts again, asks SQS before it says that it is ready.
            _topology.Forget(queue);
            throw;
        }
    }

    private Task ReleaseAsync(IEnumerable<Guid> locks) =>
        HideAsync([.. locks.Select(lockId => _held.TryRemove(lockId, out var held) ? held : null).OfType<HeldMessage>().Select(held => (held, TimeSpan.Zero))]);

    /// <summary>Has messages come again after a time.</summary>
    private static async Task HideAsync(IReadOnlyList<(HeldMessage Message, TimeSpan Wait)> messages)
    {
        try
        {
            await Task.WhenAll(messages.Select(one => ChangeAsync(one.Message, one.Wait)));
        }
        catch (Exception exception) when (exception is ConnectionException or AmazonServiceException)
        {
            // They come back by themselves when their leases end.
        }
    }

    private static ConnectionException Deleted(string queue, Exception exception) => new($"The queue {queue} was deleted: {exception.Message}", exception, isTransient: true);

    private sealed record HeldMessage(string Queue, QueueCalls Calls, SqsMessage Message, DateTimeOffset ReceivedAt);
}
