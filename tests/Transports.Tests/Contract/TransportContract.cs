using Flow.Transports.Tests.Brokers;
using MassTransit;

namespace Flow.Transports.Tests.Contract;

/// <summary>What every transport of Flow does. A transport subclasses it in one line; what it cannot do its broker says with the reason.</summary>
public abstract partial class TransportContract(TestBroker broker) : IAsyncLifetime
{
    private readonly List<TestHost> _hosts = [];

    public async ValueTask InitializeAsync() => await broker.StartAsync();

    public async ValueTask DisposeAsync()
    {
        foreach (var host in _hosts)
            await host.DisposeAsync();
        await broker.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    private void Needs(Capability capability) => Assert.SkipWhen(broker.WhyNot(capability) is not null, broker.WhyNot(capability) ?? string.Empty);

    private Task<TestHost> StartHostAsync(Action<IBusRegistrationConfigurator>? configure = null) => StartHostAsync(broker.Settings, configure);

    private async Task<TestHost> StartHostAsync(IReadOnlyDictionary<string, string?> settings, Action<IBusRegistrationConfigurator>? configure = null)
    {
        var host = await TestHost.StartAsync(settings, configure);
        _hosts.Add(host);
        return host;
    }

    private async Task StopHostAsync(TestHost host)
    {
        _hosts.Remove(host);
        await host.DisposeAsync();
    }
}
