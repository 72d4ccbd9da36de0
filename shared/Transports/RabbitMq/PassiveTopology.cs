using MassTransit;
using MassTransit.RabbitMqTransport;
using MassTransit.RabbitMqTransport.Configuration;

namespace Flow.Transports.RabbitMq;

/// <summary>MassTransit's connection, but that its channels declare nothing that outlasts the process: see <see cref="PassiveChannel"/>.</summary>
internal sealed class PassiveTopology(IRabbitMqHostConfiguration host, IRabbitMqTopologyConfiguration topology) : ConnectionContextSupervisor(host, topology), IConnectionContextSupervisor
{
    Task IPipeContextSource<ConnectionContext>.Send(IPipe<ConnectionContext> pipe, CancellationToken cancellationToken) => Send(new Entrance(pipe), cancellationToken);

    private sealed class Entrance(IPipe<ConnectionContext> pipe) : IPipe<ConnectionContext>
    {
        public Task Send(ConnectionContext context) => pipe.Send(new Connection(context));

        public void Probe(ProbeContext context) => pipe.Probe(context);
    }

    private sealed class Connection(ConnectionContext context) : SharedConnectionContext(context, context.CancellationToken), ConnectionContext
    {
        async Task<ChannelContext> ConnectionContext.CreateChannelContext(IAgent agent, ushort? concurrentMessageLimit, CancellationToken cancellationToken) =>
            new PassiveChannel(this, await CreateChannel(concurrentMessageLimit, cancellationToken), agent, cancellationToken);
    }
}
