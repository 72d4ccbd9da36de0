using System.Collections.Concurrent;
using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

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
                activity.ShouldNotBeNull().TraceId.ToString().ShouldNotBe(default(System.Diagnostics.ActivityTraceId).ToString());
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
    public async Task Without_a_collector_trace_ids_still_travel()
    {
        await using var app = await TestApp.StartAsync();
        using var activity = FlowTelemetry.ActivitySource.StartActivity("test span");
        activity.ShouldNotBeNull().Id!.ShouldStartWith("00-");
    }
}
