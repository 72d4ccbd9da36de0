using System.Text.Json;
using Flow.Contracts;
using Flow.Transports.Messages;
using MassTransit;
using MassTransit.Configuration;

namespace Flow.Transports;

/// <summary>What every bus of Flow does alike, whatever carries its messages.</summary>
internal static class BusRules
{
    private const int ImmediateRetries = 3;

    /// <summary>Every message of <c>Flow.Contracts</c>: its public sealed records but for those that are only part of another.</summary>
    internal static IReadOnlyList<Type> Messages { get; } = FindMessages();

    public static void Apply<TEndpoint>(IBusRegistrationContext context, IBusFactoryConfigurator<TEndpoint> bus, int maxMessageBytes)
        where TEndpoint : IReceiveEndpointConfigurator
    {
        bus.ConfigureJsonSerializerOptions(options => new JsonSerializerOptions(options) { WriteIndented = false });
        bus.ClearSerialization();
        bus.AddSerializer(new BoundedJsonSerializerFactory(maxMessageBytes));
        bus.AddDeserializer(new BoundedJsonSerializerFactory(maxMessageBytes), isDefault: true);

        // A publish that an outbox captured goes to an address and declares nothing; so the topics are there from the start.
        bus.DeployPublishTopology = true;
        foreach (var message in Messages)
            bus.PublishTopology.GetMessageTopology(message);

        // On the bus, hence outside every filter of an endpoint: each attempt gets a new scope, outbox and saga.
        bus.UseMessageRetry(bus, retry =>
        {
            retry.Handle<Exception>(InfrastructureFault.IsTransient);
            retry.Intervals([.. InfrastructureFault.Waits]);
        });
        bus.UseMessageRetry(bus, retry =>
        {
            retry.Ignore<Exception>(InfrastructureFault.IsTransient);
            retry.Immediate(ImmediateRetries);
        });
        bus.ConnectEndpointConfigurationObserver(new PrefetchRule());
        bus.ConfigureEndpoints(context);
    }

    private static List<Type> FindMessages()
    {
        var records = typeof(StartRun).Assembly.GetExportedTypes()
            .Where(type => type is { IsClass: true, IsSealed: true, IsAbstract: false } && type.Namespace == typeof(StartRun).Namespace).ToList();
        var parts = records.SelectMany(type => type.GetProperties())
            .SelectMany(property => property.PropertyType.GetGenericArguments().Prepend(property.PropertyType)).ToHashSet();
        return records.FindAll(type => !parts.Contains(type));
    }

    /// <summary>
    /// What a consumer holds beyond what it works on is idle elsewhere: so a quarter more than it handles at once, at least one, unless the endpoint
    /// says otherwise.
    /// </summary>
    private sealed class PrefetchRule : IEndpointConfigurationObserver
    {
        private static readonly int Unset = new TransportConfiguration().PrefetchCount;

        public void EndpointConfigured<T>(T configurator)
            where T : IReceiveEndpointConfigurator
        {
            if (configurator.ConcurrentMessageLimit is { } limit && configurator.PrefetchCount == Unset)
                configurator.PrefetchCount = limit + Math.Max(1, limit / 4);
        }
    }
}
