using MassTransit;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Flow.Transports;

/// <summary>Puts the bus of a Flow process on the transport that the setting <c>Flow:Transport</c> names.</summary>
public static class FlowBusExtensions
{
    /// <summary>
    /// Adds MassTransit on the configured transport, with Flow's retry, topology, serialization and size rules, and configures the endpoints of every
    /// registered consumer and saga.
    /// </summary>
    /// <param name="services">The services of the process.</param>
    /// <param name="configuration">Read: <c>Flow:Transport</c>, <c>Flow:RabbitMq</c>, <c>Flow:MaxMessageBytes</c>, <c>ConnectionStrings:Flow</c>, <c>ConnectionStrings:RabbitMq</c>.</param>
    /// <param name="configure">Registers consumers, sagas and endpoint callbacks. Does not choose a transport.</param>
    /// <exception cref="InvalidOperationException">A setting is missing or wrong; names the setting, its value and the right ones.</exception>
    public static IServiceCollection AddFlowBus(this IServiceCollection services, IConfiguration configuration, Action<IBusRegistrationConfigurator> configure)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(configuration);
        ArgumentNullException.ThrowIfNull(configure);
        return services.AddMassTransit(bus =>
        {
            bus.DisableUsageTelemetry();
            configure(bus);
            bus.UsingInMemory((context, cfg) => cfg.ConfigureEndpoints(context));
        });
    }
}
