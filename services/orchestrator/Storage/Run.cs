using Flow.Contracts;
using MassTransit;

namespace Flow.Orchestrator.Storage;

/// <summary>What a run and a scope below it have in common: where the interpreter stands.</summary>
public abstract class ScopeState : SagaStateMachineInstance
{
    /// <summary>The scope's id; a run's id is its root scope's.</summary>
    public Guid CorrelationId { get; set; }

    /// <summary>Name of the state of the state machine.</summary>
    public string CurrentState { get; set; } = "";

    /// <summary>The interpreter's scope, as JSON.</summary>
    public string Document { get; set; } = "";

    /// <summary>The node it is at; a copy of what the document says, for queries.</summary>
    public string? Node { get; set; }

    /// <summary>Transitions made.</summary>
    public long Sequence { get; set; }

    /// <summary>Output, once succeeded, as JSON.</summary>
    public string? Output { get; set; }

    /// <summary>Error name, once failed.</summary>
    public string? Error { get; set; }

    /// <summary>Cause, once failed.</summary>
    public string? Cause { get; set; }

    /// <summary>When it began.</summary>
    public DateTimeOffset StartedAt { get; set; }

    /// <summary>When it ended.</summary>
    public DateTimeOffset? EndedAt { get; set; }

    /// <summary>How often its run had been redriven when it last began: the facts of the run that it goes by.</summary>
    public int Redrives { get; set; }

    /// <summary>The run it belongs to.</summary>
    public abstract Guid RunId { get; set; }

    /// <summary>Tokens of the groups it stands in, from the root down: <c>/token/token</c>; empty for the root.</summary>
    public abstract string Lineage { get; set; }
}

/// <summary>A run: its root scope and what was asked for at its start.</summary>
public sealed class Run : ScopeState
{
    /// <inheritdoc/>
    public override Guid RunId
    {
        get => CorrelationId;
        set => CorrelationId = value;
    }

    /// <inheritdoc/>
    public override string Lineage { get; set; } = "";

    public string Workflow { get; set; } = "";

    public int WorkflowVersion { get; set; }

    public string? Name { get; set; }

    public string? IdempotencyKey { get; set; }

    /// <summary>SHA-256 of what was asked for: the same key with another body is a conflict.</summary>
    public string RequestHash { get; set; } = "";

    public string Input { get; set; } = "";

    public string Queue { get; set; } = QueueNames.DefaultWorkQueue;

    public Priority Priority { get; set; }

    public Trigger Trigger { get; set; }

    /// <summary>Labels, as a JSON object.</summary>
    public string Tags { get; set; } = "{}";

    public Guid? SourceRunId { get; set; }

    public string? SourceNode { get; set; }

    /// <summary>The scope of the source run whose attempt started this run; the attempt's token is this run's id. Null: no node did.</summary>
    public Guid? ParentScopeId { get; set; }

    /// <summary>The Resource of the node that waits for this run's end; null: none does.</summary>
    public string? ParentResource { get; set; }

    public Guid? BatchId { get; set; }

    public int? BatchIndex { get; set; }

    public DateTimeOffset? NotBefore { get; set; }

    public int? TimeoutSeconds { get; set; }

    /// <summary>When it was last redriven.</summary>
    public DateTimeOffset? RedrivenAt { get; set; }

    /// <summary>Since when it is paused; null: it is not.</summary>
    public DateTimeOffset? PausedAt { get; set; }
}

/// <summary>A branch of a Parallel or an iteration of a Map.</summary>
public sealed class RunScope : ScopeState
{
    /// <inheritdoc/>
    public override Guid RunId { get; set; }

    /// <inheritdoc/>
    public override string Lineage { get; set; } = "";

    /// <summary>The scope whose node opened it.</summary>
    public Guid ParentId { get; set; }

    /// <summary>The group it was opened in.</summary>
    public Guid GroupToken { get; set; }

    /// <summary>Place in the group, from 0.</summary>
    public int Index { get; set; }
}
