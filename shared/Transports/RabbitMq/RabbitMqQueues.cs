using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace Flow.Transports.RabbitMq;

/// <summary>Asks RabbitMQ over a connection of its own, as a queue that is not there ends the channel.</summary>
internal sealed class RabbitMqQueues(RabbitMqSettings settings) : IBrokerQueues
{
    public async Task<IReadOnlyDictionary<string, BrokerQueue>> LookAsync(IEnumerable<string> queues, CancellationToken cancellationToken)
    {
        var found = new Dictionary<string, BrokerQueue>(StringComparer.Ordinal);
        await using var connection = await settings.ConnectAsync("flow queues", cancellationToken);
        IChannel? channel = null;
        try
        {
            foreach (var queue in queues)
            {
                channel ??= await connection.CreateChannelAsync(cancellationToken: cancellationToken);
                try
                {
                    var seen = await channel.QueueDeclarePassiveAsync(queue, cancellationToken);
                    found[queue] = new(seen.MessageCount, Consumers: (int)seen.ConsumerCount);
                }
                catch (OperationInterruptedException e) when (e.ShutdownReason?.ReplyCode == Constants.NotFound)
                {
                    await channel.DisposeAsync();
                    channel = null;
                }
            }
        }
        finally
        {
            if (channel is not null)
                await channel.DisposeAsync();
        }

        return found;
    }

    public bool CanDelete => true;

    /// <summary>A quorum queue cannot be deleted under the condition that it is empty and unused, so it is looked at just before.</summary>
    public async Task<bool> DeleteAsync(IReadOnlyList<string> queues, CancellationToken cancellationToken)
    {
        var seen = await LookAsync(queues, cancellationToken);
        if (seen.Values.Any(queue => queue.Waiting > 0 || queue.Consumers > 0))
            return false;
        await using var connection = await settings.ConnectAsync("flow queues", cancellationToken);
        await using var channel = await connection.CreateChannelAsync(cancellationToken: cancellationToken);
        foreach (var queue in seen.Keys)
        {
            // The exchange first, which has the queue's name: what is sent from then on is refused, and its sender declares both anew. Without the queue it would be dropped.
            await channel.ExchangeDeleteAsync(queue, cancellationToken: cancellationToken);
            await channel.QueueDeleteAsync(queue, ifUnused: false, ifEmpty: false, cancellationToken: cancellationToken);
        }

        return true;
    }
}
