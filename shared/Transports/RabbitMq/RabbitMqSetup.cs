using Flow.Transports.Checks;
using Flow.Transports.DeadLetters;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Flow.Transports.RabbitMq;

/// <summary>RabbitMQ as a transport.</summary>
internal sealed class RabbitMqSetup(RabbitMqSettings settings) : TransportSetup
{
    public override void AddBus(IBusRegistrationConfigurator bus, int maxMessageBytes)
    {
        var used = new UsedTopology();
        bus.AddSingleton(new BrokerProbe(settings.CheckAsync)).AddSingleton<IBrokerQueues>(new RabbitMqQueues(settings)).AddSingleton(used).AddSingleton(settings);
        if (settings.Topology == RabbitMqTopologyMode.Verify)
            bus.AddSingleton<IBusPrerequisite, TopologyPrerequisite>();
        bus.SetBusFactory(new QuorumBusFactory(settings, used, (context, cfg) => BusRules.Apply(context, cfg, maxMessageBytes)));
    }

    public override void AddDeadLetterQueues(IServiceCollection services, int maxMessageBytes) =>
        services.AddSingleton<IDeadLetterQueues>(provider => new RabbitMqDeadLetters(settings, provider.GetRequiredService<ILogger<RabbitMqDeadLetters>>()));

    public override ITransportChecks Checks(TimeSpan longestDelivery) => new RabbitMqChecks(settings, longestDelivery);
}
