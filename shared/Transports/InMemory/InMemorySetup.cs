using Flow.Transports.Checks;
using Flow.Transports.DeadLetters;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;

namespace Flow.Transports.InMemory;

/// <summary>The memory of the process as a transport.</summary>
internal sealed class InMemorySetup : TransportSetup
{
    public override void AddBus(IBusRegistrationConfigurator bus, int maxMessageBytes)
    {
        bus.AddSingleton(BrokerProbe.None).AddSingleton<IBrokerQueues>(new UnseenQueues());
        bus.AddDelayedMessageScheduler();
        bus.UsingInMemory((context, cfg) =>
        {
            cfg.UseDelayedMessageScheduler();
            BusRules.Apply(context, cfg, maxMessageBytes);
        });
    }

    public override void AddDeadLetterQueues(IServiceCollection services, int maxMessageBytes) => services.AddSingleton<IDeadLetterQueues, NoDeadLetterQueues>();

    public override ITransportChecks Checks(TimeSpan longestDelivery) => new BrokerlessChecks("The messages are in the memory of the process, and end with it.");
}
