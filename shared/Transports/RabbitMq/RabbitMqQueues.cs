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
}
