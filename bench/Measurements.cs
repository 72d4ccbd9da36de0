using System.Text.Json;
using BenchmarkDotNet.Reports;

namespace Flow.Bench;

/// <summary>Results as JSON lines.</summary>
internal static class Measurements
{
    public static void Write(Summary summary)
    {
        foreach (var report in summary.Reports)
        {
            var name = string.Join('/', report.BenchmarkCase.Parameters.Items.Select(p => p.Value?.ToString()).DefaultIfEmpty($"interpreter/{report.BenchmarkCase.Descriptor.WorkloadMethodDisplayInfo.Trim('\'')}"));
            if (report.ResultStatistics is not { } statistics)
                throw new InvalidOperationException($"{name} could not be measured: {string.Join(' ', report.ExecuteResults.SelectMany(r => r.Errors))}");

            Console.WriteLine(JsonSerializer.Serialize(new
            {
                side = "flow",
                measurement = name,
                nanoseconds = Math.Round(statistics.Min),
                bytes = report.GcStats.GetBytesAllocatedPerOperation(report.BenchmarkCase),
            }));
        }
    }
}
