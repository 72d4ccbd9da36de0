using System.Collections.Concurrent;
using MassTransit;
using MassTransit.RabbitMqTransport;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace Flow.Transports.RabbitMq;

/// <summary>
/// A channel that declares and binds temporary exchanges and queues only, which are the process's own. Of any other it makes sure that it is there: to send to one that is not would close the channel, and with it
/// whatever else is under way on it.
/// </summary>
internal sealed class PassiveChannel(ConnectionContext connection, IChannel channel, IAgent agent, CancellationToken cancellationToken)
    : RabbitMqChannelContext(connection, channel, agent, cancellationToken), ChannelContext
{
    private readonly ConcurrentDictionary<string, bool> _own = new(StringComparer.Ordinal);

    Task ChannelContext.ExchangeDeclare(string exchange, string type, bool durable, bool autoDelete, IDictionary<string, object> arguments, CancellationToken cancellationToken) =>
        IsOwn(exchange, durable, autoDelete)
            ? ExchangeDeclare(exchange, type, durable, autoDelete, arguments, cancellationToken)
            : DemandAsync($"exchange '{exchange}'", probe => probe.ExchangeDeclarePassiveAsync(exchange, cancellationToken), cancellationToken);

    async Task<QueueDeclareOk> ChannelContext.QueueDeclare(
        string queue, bool durable, bool exclusive, bool autoDelete, IDictionary<string, object> arguments, CancellationToken cancellationToken)
    {
        if (IsOwn(queue, durable, autoDelete))
            return await QueueDeclare(queue, durable, exclusive, autoDelete, arguments, cancellationToken);
        var found = new QueueDeclareOk(queue, 0, 0);
        await DemandAsync($"queue '{queue}'", async probe => found = await probe.QueueDeclarePassiveAsync(queue, cancellationToken), cancellationToken);
        return found;
    }

    Task ChannelContext.ExchangeBind(string destination, string source, string routingKey, IDictionary<string, object> arguments, CancellationToken cancellationToken) =>
        _own.ContainsKey(destination) ? ExchangeBind(destination, source, routingKey, arguments, cancellationToken) : Task.CompletedTask;

    Task ChannelContext.QueueBind(string queue, string exchange, string routingKey, IDictionary<string, object> arguments, CancellationToken cancellationToken) =>
        _own.ContainsKey(queue) ? QueueBind(queue, exchange, routingKey, arguments, cancellationToken) : Task.CompletedTask;

    async Task ChannelContext.BasicPublishAsync(
        string exchange, string routingKey, bool mandatory, BasicProperties properties, byte[] body, bool awaitAck, CancellationToken cancellationToken)
    {
        try
        {
            await BasicPublishAsync(exchange, routingKey, mandatory, properties, body, awaitAck, cancellationToken);
        }
        catch (MessageReturnedException)
        {
            throw new MissingTopologyException($"queue that the exchange '{exchange}' is bound to");
        }
    }

    private bool IsOwn(string name, bool durable, bool autoDelete)
    {
        if (durable && !autoDelete)
            return false;
        _own[name] = true;
        return true;
    }

    private async Task DemandAsync(string what, Func<IChannel, Task> look, CancellationToken cancellationToken)
    {
        // The broker closes the channel of who asks for what is not there.
        await using var probe = await ConnectionContext.Connection.CreateChannelAsync(cancellationToken: cancellationToken);
        try
        {
            await look(probe);
        }
        catch (OperationInterruptedException exception) when (exception.ShutdownReason?.ReplyCode == Constants.NotFound)
        {
            // Not as the inner exception: MassTransit would take it for a connection that is to be mended.
            throw new MissingTopologyException(what);
        }
    }
}

/// <summary>An exchange or a queue is not there, and the process may not declare it.</summary>
internal sealed class MissingTopologyException(string what)
    : Exception($"RabbitMQ has no {what}, and {RabbitMqSettings.Section}:Topology is Verify: create it (flow topology export rabbitmq), or set it to Create.");
