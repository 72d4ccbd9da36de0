using System.Text.Json;
using System.Text.Json.Serialization;

namespace Flow.Contracts;

/// <summary>The run (and, when given, the node) a new run was derived from.</summary>
/// <param name="RunId">The source run.</param>
/// <param name="Node">The node of the source run whose output is the input; null: the run's final output.</param>
public sealed record RunSource(Guid RunId, string? Node = null);

/// <summary>The batch a run belongs to.</summary>
/// <param name="BatchId">The batch.</param>
/// <param name="Index">The run's place in the batch, from 0.</param>
public sealed record BatchMembership(Guid BatchId, int Index);

/// <summary>
/// Starts a run. Sent by any system (as a MassTransit message, or as plain JSON to the queue <c>flow-start-run</c>) to the orchestrator,
/// which answers with <see cref="RunStarted"/> or <see cref="RunRejected"/>. Delivered at least once: the same RunId, or the same
/// IdempotencyKey within a workflow, is one run however often it arrives.
/// </summary>
public sealed record StartRun
{
    /// <summary>Identity of the run, chosen by the sender; null: derived from Workflow and IdempotencyKey, else from the message id.</summary>
    public Guid? RunId { get; init; }

    /// <summary>Name of a registered workflow. Required.</summary>
    public required string Workflow { get; init; }

    /// <summary>Version to run, from 1; null: the newest registered one.</summary>
    public int? Version { get; init; }

    /// <summary>Input of the run, any JSON value; absent: an empty object.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public JsonElement Input { get; init; }

    /// <summary>A name for people, at most 200 characters; not unique.</summary>
    public string? Name { get; init; }

    /// <summary>Same key and workflow = same run. At most 200 characters. A different body under a used key is refused.</summary>
    public string? IdempotencyKey { get; init; }

    /// <summary>Priority of the run's work items.</summary>
    public Priority Priority { get; init; }

    /// <summary>Queue for the run's work items whose Resource names none; null: <c>default</c>.</summary>
    public string? Queue { get; init; }

    /// <summary>Free labels for filtering; at most 32.</summary>
    public IReadOnlyDictionary<string, string> Tags { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Where the input came from, when it came from another run.</summary>
    public RunSource? Source { get; init; }

    /// <summary>The batch the run belongs to, if any.</summary>
    public BatchMembership? Batch { get; init; }

    /// <summary>What caused the start.</summary>
    public Trigger Trigger { get; init; } = Trigger.Event;

    /// <summary>The run does not start before this moment; null: at once.</summary>
    public DateTimeOffset? NotBefore { get; init; }

    /// <summary>The whole run ends as timed out after this many seconds; null: the definition's TimeoutSeconds, else no limit.</summary>
    public int? TimeoutSeconds { get; init; }
}

/// <summary>Ends a run as cancelled; late results do not revive it. Sent by operators or other systems to the orchestrator. At least once; repeats are harmless.</summary>
/// <param name="RunId">The run.</param>
/// <param name="Reason">Why, for the history; at most 1,000 characters.</param>
/// <param name="RequestedBy">Who asked, for the audit.</param>
public sealed record CancelRun(Guid RunId, string? Reason = null, string? RequestedBy = null);

/// <summary>Stops a run from starting anything new; what is in flight finishes and is kept. To the orchestrator. At least once; repeats are harmless.</summary>
/// <param name="RunId">The run.</param>
/// <param name="Reason">Why, for the history; at most 1,000 characters.</param>
/// <param name="RequestedBy">Who asked, for the audit.</param>
public sealed record PauseRun(Guid RunId, string? Reason = null, string? RequestedBy = null);

/// <summary>Lets a paused run go on from exactly what had not run yet. To the orchestrator. At least once; repeats are harmless.</summary>
/// <param name="RunId">The run.</param>
/// <param name="RequestedBy">Who asked, for the audit.</param>
public sealed record ResumeRun(Guid RunId, string? RequestedBy = null);

/// <summary>Continues an ended, unsuccessful run. To the orchestrator. At least once; repeats are harmless.</summary>
/// <param name="RunId">The run.</param>
/// <param name="FromNode">Node to start again from; null: the node that failed.</param>
/// <param name="Input">Input for that node; null: the input it had.</param>
/// <param name="Version">Version to continue on; null: the run's own.</param>
/// <param name="RequestedBy">Who asked, for the audit.</param>
public sealed record RedriveRun(Guid RunId, string? FromNode = null, JsonElement? Input = null, int? Version = null, string? RequestedBy = null)
{
    /// <summary>The input, where the orchestrator took it over HTTP and stored it, since it is too large for a message. Null: <see cref="Input"/> is the input.</summary>
    public Guid? InputReference { get; init; }
}
