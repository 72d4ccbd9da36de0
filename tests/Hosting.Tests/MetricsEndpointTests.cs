using System.Diagnostics;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;

namespace Flow.Hosting.Tests;

public sealed class MetricsEndpointTests
{
    // capability 139
    [Fact]
    public async Task Promtool_accepts_the_metrics()
    {
        await using var app = await TestApp.StartAsync();
        var meter = app.Services.GetRequiredService<IMeterFactory>().Create(FlowTelemetry.Name);
        meter.CreateCounter<int>("test.hostile", description: "With \"quotes\", \\ and\na second line.").Add(1, new KeyValuePair<string, object?>("workflow", "<script>alert(\"1\")\\\n</script>"));
        meter.CreateHistogram<double>("test.duration", "s", "How long.").Record(1.5);
        await app.Http.GetAsync("/health/live");

        var response = await app.Http.GetAsync("/metrics");
        response.Content.Headers.ContentType!.ToString().ShouldBe("text/plain; version=0.0.4; charset=utf-8");
        var text = await response.Content.ReadAsStringAsync();
        text.ShouldContain("flow_build_info{service=\"flow-test\",version=\"");
        text.ShouldContain("dotnet_gc_collections_total");
        text.ShouldContain("test_duration_seconds_bucket{le=\"2.5\"} 1");
        await Promtool.ShouldAcceptAsync(text);
    }

    [Fact]
    public async Task Requests_are_measured_but_not_those_of_probes()
    {
        await using var app = await TestApp.StartAsync();
        await app.Http.GetAsync("/health/live");
        await app.Http.GetAsync("/nowhere");
        // The duration is recorded when the server is done with the request, which may be after the client has its answer.
        var text = "";
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        for (var clock = Stopwatch.StartNew(); !text.Contains("http_server_request_duration_seconds_count", StringComparison.Ordinal) && clock.Elapsed < Patience.Limit;)
        {
            await timer.WaitForNextTickAsync();
            text = await app.Http.GetStringAsync("/metrics");
        }

        var counts = text.Split('\n').Where(l => l.StartsWith("http_server_request_duration_seconds_count", StringComparison.Ordinal)).ToArray();
        counts.ShouldHaveSingleItem().ShouldContain("http_response_status_code=\"404\"");
        counts[0].ShouldEndWith(" 1");
    }
}
