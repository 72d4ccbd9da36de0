using System.Collections.Concurrent;
using Flow.Transports.Tests.Tls;
using MassTransit;

namespace Flow.Transports.Tests;

// capability 86
public sealed class RabbitMqTlsTests(TlsBroker broker) : IClassFixture<TlsBroker>
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Should_carry_messages_over_TLS_and_show_who_it_is(bool archive)
    {
        broker.Demand();
        var settings = archive
            ? Settings((nameof(RabbitMqSettings.TlsCertificateFile), broker.ClientArchive), (nameof(RabbitMqSettings.TlsKeyPassword), "secret"))
            : Settings((nameof(RabbitMqSettings.TlsCertificateFile), broker.ClientFile), (nameof(RabbitMqSettings.TlsKeyFile), broker.ClientKeyFile));
        await using var host = await TestHost.StartAsync(settings);
        var handled = new ConcurrentBag<int>();
        var queue = $"encrypted-{archive}";
        await host.ServeAsync<Numbered>(queue, context =>
        {
            handled.Add(context.Message.Number);
            return Task.CompletedTask;
        });

        await host.SendAsync(queue, new Numbered(1));

        await Until.TrueAsync(() => handled.Contains(1));
    }

    [Fact]
    public async Task Should_refuse_a_broker_whose_certificate_another_authority_signed()
    {
        broker.Demand();
        await RefusesAsync("TlsCaFile", WithClient((nameof(RabbitMqSettings.TlsCaFile), broker.OtherCaFile)), broker.OtherCaFile);
    }

    [Fact]
    public async Task Should_refuse_a_broker_whose_authority_the_machine_does_not_trust()
    {
        broker.Demand();
        await RefusesAsync("TlsCaFile", WithClient((nameof(RabbitMqSettings.TlsCaFile), "")), "certificate");
    }

    [Fact]
    public async Task Should_refuse_a_broker_whose_certificate_is_for_another_name()
    {
        broker.Demand();
        await RefusesAsync("TlsServerName", WithClient((nameof(RabbitMqSettings.TlsServerName), "broker.example")), "'broker.example'");
    }

    [Fact]
    public async Task Should_not_connect_without_the_certificate_that_the_broker_demands()
    {
        broker.Demand();
        await using var host = await TestHost.StartAsync(Settings());

        host.Bus.CheckHealth().Status.ShouldNotBe(BusHealthStatus.Healthy);
        host.Log.All.ShouldContain(line => line.StartsWith("Error: The bus is not ready", StringComparison.Ordinal) && line.Contains($"localhost:{broker.Port}", StringComparison.Ordinal) && line.Contains("TlsCertificateFile", StringComparison.Ordinal));
    }

    private static async Task RefusesAsync(string setting, Dictionary<string, string?> settings, string named)
    {
        var refusal = await Should.ThrowAsync<InvalidOperationException>(() => TestHost.StartAsync(settings));
        refusal.Message.ShouldContain($"Flow:RabbitMq:{setting}");
        refusal.Message.ShouldContain(named);
    }

    private Dictionary<string, string?> WithClient(params (string Name, string? Value)[] values) =>
        Settings([(nameof(RabbitMqSettings.TlsCertificateFile), broker.ClientFile), (nameof(RabbitMqSettings.TlsKeyFile), broker.ClientKeyFile), .. values]);

    private Dictionary<string, string?> Settings(params (string Name, string? Value)[] values)
    {
        var settings = new Dictionary<string, string?>
        {
            ["Flow:Transport"] = "RabbitMq",
            ["ConnectionStrings:RabbitMq"] = $"amqps://guest:guest@localhost:{broker.Port}",
            ["Flow:RabbitMq:TlsCaFile"] = broker.CaFile,
        };
        foreach (var (name, value) in values)
            settings[$"Flow:RabbitMq:{name}"] = value;
        return settings;
    }
}
