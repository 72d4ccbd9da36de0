using Flow.Transports.RabbitMq;
using MassTransit;
using MassTransit.Middleware;
using MassTransit.RabbitMqTransport.Configuration;

namespace Flow.Transports.Tests;

public sealed class ReconnectionTests
{
    private static readonly IRetryPolicy Policy = ((IRabbitMqBusConfiguration)new QuorumBusConfiguration(RabbitMqTopologyMode.Create)).HostConfiguration.ReceiveTransportRetryPolicy;

    [Fact]
    public void Should_look_for_a_broker_every_few_seconds_however_long_it_is_away()
    {
        var outage = new ConnectionException("The broker is away.");
        var attempt = Policy.CreatePolicyContext(new Nobody());
        attempt.CanRetry(outage, out var retry).ShouldBeTrue();
        for (var i = 0; i < 1_000; i++)
        {
            retry.Delay!.Value.ShouldBeInRange(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(10));
            retry.CanRetry(outage, out retry).ShouldBeTrue();
        }
    }

    [Fact]
    public void Should_not_take_a_mistake_for_an_outage() => Policy.IsHandled(new InvalidOperationException("A mistake.")).ShouldBeFalse();

    private sealed class Nobody : BasePipeContext, PipeContext;
}
