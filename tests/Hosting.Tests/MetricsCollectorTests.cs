using System.Diagnostics.Metrics;
using System.Globalization;
using Flow.Hosting.Metrics;
using Microsoft.Extensions.DependencyInjection;

namespace Flow.Hosting.Tests;

public sealed class MetricsCollectorTests : IDisposable
{
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly MetricsCollector _collector;
    private readonly Meter _meter;

    public MetricsCollectorTests()
    {
        var factory = _services.GetRequiredService<IMeterFactory>();
        _collector = new MetricsCollector(factory, new ServiceIdentity("flow-test", "1.2.3"));
        _meter = factory.Create(FlowTelemetry.Name);
    }

    public void Dispose()
    {
        _collector.Dispose();
        _services.Dispose();
    }

    [Fact]
    public void A_counter_adds_up_by_label()
    {
        var counter = _meter.CreateCounter<int>("test.done", description: "What was done.");
        counter.Add(2, new KeyValuePair<string, object?>("kind", "a"));
        counter.Add(3, new KeyValuePair<string, object?>("kind", "a"));
        counter.Add(1, new KeyValuePair<string, object?>("kind", "b"));
        Lines("test_done").ShouldBe(["# HELP test_done_total What was done.", "# TYPE test_done_total counter", "test_done_total{kind=\"a\"} 5", "test_done_total{kind=\"b\"} 1"]);
    }

    [Fact]
    public void Concurrent_measurements_are_all_counted()
    {
        var counter = _meter.CreateCounter<long>("test.concurrent");
        Parallel.For(0, 8, _ =>
        {
            for (var i = 0; i < 10_000; i++)
                counter.Add(1, new KeyValuePair<string, object?>("k", i % 7));
        });
        Lines("test_concurrent").Where(l => !l.StartsWith('#')).Sum(l => double.Parse(l.Split(' ')[1], CultureInfo.InvariantCulture)).ShouldBe(80_000);
    }

    [Fact]
    public void A_histogram_cumulates_its_buckets()
    {
        var histogram = _meter.CreateHistogram("test.time", "ms", advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.1, 1] });
        foreach (var milliseconds in new[] { 50.0, 100.0, 500.0, 5000.0 })
            histogram.Record(milliseconds);
        Lines("test_time")[2..].ShouldBe(
        [
            "test_time_seconds_bucket{le=\"0.1\"} 2",
            "test_time_seconds_bucket{le=\"1\"} 3",
            "test_time_seconds_bucket{le=\"+Inf\"} 4",
            "test_time_seconds_sum 5.65",
            "test_time_seconds_count 4",
        ]);
    }

    [Fact]
    public void An_up_down_counter_and_a_gauge_are_gauges()
    {
        var open = _meter.CreateUpDownCounter<int>("test.open");
        open.Add(5);
        open.Add(-2);
        var level = _meter.CreateGauge<double>("test.level");
        level.Record(7);
        level.Record(4.5);
        Lines("test_open").ShouldContain("test_open 3");
        Lines("test_level").ShouldContain("test_level 4.5");
    }

    [Fact]
    public void What_an_observable_no_longer_reports_is_gone()
    {
        string[] present = ["a", "b"];
        _meter.CreateObservableGauge("test.seen", () => present.Select(p => new Measurement<int>(1, new KeyValuePair<string, object?>("p", p))));
        Lines("test_seen").Length.ShouldBe(4);
        present = ["b"];
        Lines("test_seen")[2..].ShouldBe(["test_seen{p=\"b\"} 1"]);
        Lines("test_seen")[2..].ShouldBe(["test_seen{p=\"b\"} 1"], "an observed total is not added to itself");
    }

    [Fact]
    public void The_number_of_series_is_bounded_and_nothing_is_lost()
    {
        var counter = _meter.CreateCounter<int>("test.many");
        for (var i = 0; i < MetricFamily.MaxSeries * 3; i++)
            counter.Add(1, new KeyValuePair<string, object?>("id", i));
        var samples = Lines("test_many").Where(l => !l.StartsWith('#')).ToArray();
        samples.Length.ShouldBeLessThanOrEqualTo(MetricFamily.MaxSeries + 1);
        samples.ShouldContain($"test_many_total{{otel_metric_overflow=\"true\"}} {MetricFamily.MaxSeries * 2}");
    }

    [Fact]
    public void Another_hosts_meter_is_not_heard()
    {
        using var other = new ServiceCollection().AddMetrics().BuildServiceProvider();
        other.GetRequiredService<IMeterFactory>().Create(FlowTelemetry.Name).CreateCounter<int>("test.foreign").Add(1);
        Lines("test_foreign").ShouldBeEmpty();
    }

    [Fact]
    public void A_second_instrument_of_the_same_name_but_another_kind_is_left_out()
    {
        _meter.CreateUpDownCounter<int>("test.twice.total").Add(1);
        _meter.CreateCounter<int>("test.twice").Add(1);
        Lines("test_twice").Count(l => l.StartsWith("# TYPE", StringComparison.Ordinal)).ShouldBe(1);
    }

    private string[] Lines(string prefix)
    {
        using var text = new StringWriter(CultureInfo.InvariantCulture);
        _collector.Write(text);
        return [.. text.ToString().Split('\n').Where(l => l.StartsWith(prefix, StringComparison.Ordinal) || l.Contains(' ' + prefix, StringComparison.Ordinal))];
    }
}
