using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Flow.Orchestrator;

/// <summary>The orchestrator's instruments.</summary>
internal static class Telemetry
{
    public static readonly Meter Meter = new("Flow");

    public static readonly ActivitySource Source = new("Flow");
}
