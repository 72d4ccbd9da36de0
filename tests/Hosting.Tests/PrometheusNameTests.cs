using Flow.Hosting.Metrics;

namespace Flow.Hosting.Tests;

public sealed class PrometheusNameTests
{
    [Theory]
    [InlineData("flow.runs.started", "{run}", "Counter", "flow_runs_started_total", 1)]
    [InlineData("flow.run.duration", "s", "Histogram", "flow_run_duration_seconds", 1)]
    [InlineData("messaging.receive.duration", "ms", "Histogram", "messaging_receive_duration_seconds", 0.001)]
    [InlineData("dotnet.gc.heap.total_allocated", "By", "Counter", "dotnet_gc_heap_total_allocated_bytes_total", 1)]
    [InlineData("dotnet.process.cpu.count", "{cpu}", "Gauge", "dotnet_process_cpu", 1)]
    [InlineData("flow.monitor.event_lag_seconds", "s", "Gauge", "flow_monitor_event_lag_seconds", 1)]
    [InlineData("already_total", null, "Counter", "already_total", 1)]
    [InlineData("2nd.größe", "", "Gauge", "_2nd_gr_e", 1)]
    [InlineData("load", "%", "Gauge", "load_ratio", 0.01)]
    public void Follows_the_conventions(string instrument, string? unit, string kind, string name, double scale) =>
        PrometheusName.For(instrument, unit, Enum.Parse<MetricKind>(kind)).ShouldBe(new PrometheusName(name, scale));
}
