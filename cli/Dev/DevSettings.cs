using Flow.Worker;
using Microsoft.Extensions.Logging;

namespace Flow.Cli.Dev;

/// <summary>How the three services run in this process.</summary>
internal sealed record DevSettings
{
    /// <summary>Path of the SQLite file; made when missing.</summary>
    public required string Database { get; init; }

    /// <summary>Port of the orchestrator's HTTP API; 0: any free one.</summary>
    public int Port { get; init; }

    /// <summary>Port of the monitor; 0: any free one.</summary>
    public int MonitorPort { get; init; }

    /// <summary>The least severe log record that is shown, on standard error.</summary>
    public LogLevel LogLevel { get; init; } = LogLevel.Warning;

    /// <summary>Adds handlers to the stock ones.</summary>
    public Action<FlowWorkerBuilder> AddHandlers { get; init; } = _ => { };

    /// <summary>Settings for this use, e.g. <c>Flow:Worker:Concurrency</c>; stronger than the environment's.</summary>
    public IReadOnlyDictionary<string, string?> Configuration { get; init; } = new Dictionary<string, string?>(StringComparer.Ordinal);
}
