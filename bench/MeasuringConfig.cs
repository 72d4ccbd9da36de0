using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Toolchains.InProcess.NoEmit;
using Perfolizer.Horology;

namespace Flow.Bench;

/// <summary>Short measurements in this process: hundreds of milliseconds each, good for ratios and not for the last per cent.</summary>
internal sealed class MeasuringConfig : ManualConfig
{
    public MeasuringConfig()
    {
        AddJob(Job.Default
            .WithToolchain(InProcessNoEmitToolchain.Instance)
            .WithWarmupCount(12)
            .WithIterationCount(7)
            .WithIterationTime(TimeInterval.FromMilliseconds(40)));
        AddDiagnoser(MemoryDiagnoser.Default);
        AddLogger(NullLogger.Instance);
        AddColumnProvider(DefaultColumnProviders.Instance);
        WithOptions(ConfigOptions.DisableLogFile | ConfigOptions.KeepBenchmarkFiles);
        WithArtifactsPath(Path.Combine(Path.GetTempPath(), "flow-bench"));
    }
}
