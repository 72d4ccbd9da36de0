using System.ComponentModel.DataAnnotations;

namespace Flow.Orchestrator;

/// <summary>Settings <c>Flow:Orchestrator:*</c>.</summary>
public sealed class OrchestratorOptions
{
    /// <summary>Messages each saga works on at once. Default 64, as many as share a commit on PostgreSQL; from 1 to 256.</summary>
    [Range(1, 256)]
    public int Concurrency { get; set; } = 64;

    /// <summary>How often open runs are looked through for those that nothing holds, in seconds. Default 60; from 1 to 3,600. What stands unmoved through two looks has lost its message.</summary>
    [Range(1, 3_600)]
    public int ReconcileSeconds { get; set; } = 60;

    /// <summary>How long an HTTP start waits for the run to exist, in seconds. Default 30; from 1 to 300.</summary>
    [Range(1, 300)]
    public int StartTimeoutSeconds { get; set; } = 30;
}
