using System.Diagnostics;

namespace Flow.Bench.Services;

/// <summary>Time and CPU of all processes from its making until it is written.</summary>
internal sealed class Meter
{
    private readonly Installation _flow;
    private readonly Stopwatch _watch = Stopwatch.StartNew();
    private readonly Dictionary<string, (double CpuMs, double RssMb)> _before;

    public Meter(Installation flow)
    {
        _flow = flow;
        _before = flow.Measure();
        flow.ForgetPeaks();
    }

    public void Write(string workload, int count, string unit, double[]? latencies = null)
    {
        var seconds = _watch.Elapsed.TotalSeconds;
        var after = _flow.Measure();
        var line = new Dictionary<string, object>
        {
            ["workload"] = workload,
            ["n"] = count,
            [$"{unit}s_per_s"] = Workloads.Round(count / seconds),
        };
        if (latencies is { Length: > 0 })
        {
            Array.Sort(latencies);
            line["p50_ms"] = Workloads.Round(latencies[latencies.Length / 2]);
            line["p99_ms"] = Workloads.Round(latencies[Math.Min(latencies.Length - 1, latencies.Length * 99 / 100)]);
        }

        line[$"cpu_ms_per_{unit}"] = Workloads.Round(after.Sum(a => a.Value.CpuMs - _before[a.Key].CpuMs) / count);
        line["rss_mb"] = Math.Round(after.Sum(a => a.Value.RssMb));
        line["cpu_ms_by_process"] = after.ToDictionary(a => a.Key, a => Workloads.Round((a.Value.CpuMs - _before[a.Key].CpuMs) / count));
        line["peak_mb_by_process"] = _flow.Peaks().ToDictionary(p => p.Key, p => Math.Round(p.Value));
        line["rss_mb_by_process"] = after.ToDictionary(a => a.Key, a => Math.Round(a.Value.RssMb));
        Workloads.Line(line);
    }

    public void WriteIdle(long transactions)
    {
        var seconds = _watch.Elapsed.TotalSeconds;
        var after = _flow.Measure();
        Workloads.Line(new()
        {
            ["workload"] = "idle",
            ["seconds"] = Math.Round(seconds),
            ["cpu_ms_per_s"] = Workloads.Round(after.Sum(a => a.Value.CpuMs - _before[a.Key].CpuMs) / seconds),
            ["transactions_per_s"] = Workloads.Round(transactions / seconds),
            ["cpu_ms_by_process"] = after.ToDictionary(a => a.Key, a => Workloads.Round((a.Value.CpuMs - _before[a.Key].CpuMs) / seconds)),
        });
    }
}
