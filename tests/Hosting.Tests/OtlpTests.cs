using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Text;
using Flow.Contracts;
using Flow.Transports;
using MassTransit;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Flow.Hosting.Tests;

[Collection("standard streams")]
public sealed class OtlpTests
{
    [Fact]
    public async Task Traces_metrics_and_logs_reach_a_collector()
    {
        var received = new ConcurrentDictionary<string, string>();
        var builder = WebApplication.CreateBuilder();
        builder.WebHost.UseKestrel(k => k.Listen(IPAddress.Loopback, 0));
        await using var collector = builder.Build();
        collector.MapPost("/v1/{signal}", async (string signal, HttpRequest request) =>
        {
            using var body = new MemoryStream();
            await request.Body.CopyToAsync(body);
            received.AddOrUpdate(signal, _ => Encoding.UTF8.GetString(body.ToArray()), (_, before) => before + Encoding.UTF8.GetString(body.ToArray()));
        });
        await collector.StartAsync();

        Environment.SetEnvironmentVariable("OTEL_EXPORTER_OTLP_ENDPOINT", collector.Urls.First());
        Environment.SetEnvironmentVariable("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf");
        try
        {
            await using var app = await TestApp.StartAsync();
            using (var activity = FlowTelemetry.ActivitySource.StartActivity("test span"))
                activity.ShouldNotBeNull().TraceId.ToString().ShouldNotBe(default(ActivityTraceId).ToString());
        }
        finally
        {
            Environment.SetEnvironmentVariable("OTEL_EXPORTER_OTLP_ENDPOINT", null);
            Environment.SetEnvironmentVariable("OTEL_EXPORTER_OTLP_PROTOCOL", null);
        }

        // Disposing of the host flushed all three.
        received["traces"].ShouldContain("test span");
        received["traces"].ShouldContain("flow-test");
        received["metrics"].ShouldContain("flow.build.info");
        received["logs"].ShouldContain("flow-test");
    }

    [Fact]
    public async Task Without_a_collector_trace_ids_still_travel_with_messages()
    {
        var traces = new TaskCompletionSource<string>();
        await using var app = await TestApp.StartAsync(b => b.Services.AddFlowBus(
            new ConfigurationBuilder().AddInMemoryCollection([new("Flow:Transport", "InMemory")]).Build(),
            bus => bus.AddHandler((CancelRun _) =>
            {
                traces.TrySetResult(Activity.Current!.TraceId.ToHexString());
                return Task.CompletedTask;
            })));
        using var activity = FlowTelemetry.ActivitySource.StartActivity("test span");
        activity.ShouldNotBeNull().IdFormat.ShouldBe(ActivityIdFormat.W3C);
        await app.Services.GetRequiredService<IBus>().Publish(new CancelRun(Guid.NewGuid()));
        (await traces.Task.WaitAsync(Patience.Limit)).ShouldBe(activity.TraceId.ToHexString());
    }

    // capability 145
    [Fact]
    public async Task The_bus_is_part_of_readiness()
    {
        await using var app = await TestApp.StartAsync(b => b.Services.AddFlowBus(
            new ConfigurationBuilder().AddInMemoryCollection([new("Flow:Transport", "InMemory")]).Build(),
            bus => bus.AddHandler((CancelRun _) => Task.CompletedTask)));
        (await app.Http.GetStringAsync("/health/ready")).ShouldContain("\"name\":\"masstransit-bus\",\"status\":\"Healthy\"");
    }
}
