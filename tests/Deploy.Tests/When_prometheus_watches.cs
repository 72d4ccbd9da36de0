using System.Text.RegularExpressions;

namespace Flow.Deploy.Tests;

// capability 139
public sealed partial class When_prometheus_watches
{
    [Fact]
    public async Task Should_have_a_configuration_it_takes() => (await Tool.RunAsync("promtool", "check", "config", "deploy/prometheus/prometheus.yml")).ShouldBeGood();

    [Fact]
    public async Task Should_alert_when_it_must_and_only_then() => (await Tool.RunAsync("promtool", "test", "rules", "deploy/prometheus/rules.test.yml")).ShouldBeGood();

    [Fact]
    public void Should_alert_on_metrics_that_exist()
    {
        var instruments = Repository.Sources.SelectMany(file => Literal().Matches(File.ReadAllText(file)).Select(match => match.Groups[1].Value)).ToHashSet(StringComparer.Ordinal);
        var metrics = Metric().Matches(Repository.Read("deploy/prometheus/rules.yml")).Select(match => match.Value).Distinct().ToList();

        metrics.Count.ShouldBeGreaterThan(5);
        metrics.Where(metric => !IsMade(metric, instruments)).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("flow_runs_failed_total", true)]
    [InlineData("flow_outbox_pending", true)]
    [InlineData("flow_runs_lost_total", false)]
    [InlineData("flow_workers", false)]
    public void Should_catch_a_metric_that_nobody_makes(string metric, bool made) =>
        IsMade(metric, ["flow.runs.", "failed", "flow.outbox.pending"]).ShouldBe(made);

    /// <summary>An instrument's name is one literal, or a literal that ends with '.' and another that is put behind it.</summary>
    private static bool IsMade(string metric, HashSet<string> literals)
    {
        var name = metric.EndsWith("_total", StringComparison.Ordinal) ? metric[..^"_total".Length] : metric;
        return literals.Any(literal => Snake(literal) == name)
            || literals.Any(prefix => prefix.EndsWith('.') && name.StartsWith(Snake(prefix), StringComparison.Ordinal) && literals.Any(rest => Snake(prefix + rest) == name));
    }

    private static string Snake(string instrument) => instrument.Replace('.', '_');

    [GeneratedRegex("\"([a-z][a-z_.]*)\"")]
    private static partial Regex Literal();

    [GeneratedRegex(@"\bflow_[a-z_]+")]
    private static partial Regex Metric();
}
