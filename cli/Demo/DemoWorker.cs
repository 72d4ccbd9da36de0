using Flow.Worker;

namespace Flow.Cli.Demo;

/// <summary>The handlers of <c>examples/digest.asl.json</c>.</summary>
internal static class DemoWorker
{
    public const string Queue = "demo";

    public static void AddHandlers(FlowWorkerBuilder worker) => worker.AddHandlers();
}
