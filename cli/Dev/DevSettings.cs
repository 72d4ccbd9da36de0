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

    /// <summary>Log on standard error as the services do in production.</summary>
    public bool IsVerbose { get; init; }

    /// <summary>The least severe log record that is shown on standard error, when not verbose.</summary>
    public LogLevel LogLevel { get; init; } = LogLevel.Warning;

    /// <summary>Adds handlers to the stock ones.</summary>
    public Action<FlowWorkerBuilder> AddHandlers { get; init; } = _ => { };
}
