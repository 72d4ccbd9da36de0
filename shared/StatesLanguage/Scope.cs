using System.Text.Json;
using System.Text.Json.Serialization;

namespace Flow.StatesLanguage;

/// <summary>How a scope stands; stored by name.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ScopeStatus>))]
public enum ScopeStatus
{
    /// <summary>Not begun.</summary>
    Pending,

    /// <summary>Under way.</summary>
    Running,

    /// <summary>Ended well.</summary>
    Succeeded,

    /// <summary>Ended with an error.</summary>
    Failed,
}

/// <summary>What never changes during a run, for the context object (<c>$$.Execution</c>, <c>$$.StateMachine</c>). Stored once a run, not once a scope.</summary>
/// <param name="RunId">Identity of the run; <c>$$.Execution.Id</c>.</param>
/// <param name="Name">Name of the run; <c>$$.Execution.Name</c>.</param>
/// <param name="Workflow">Name of the workflow; <c>$$.StateMachine.Name</c>.</param>
/// <param name="Version">Version of the workflow.</param>
/// <param name="Input">Input of the run; <c>$$.Execution.Input</c>.</param>
/// <param name="StartedAt">Start of the run; <c>$$.Execution.StartTime</c>.</param>
/// <param name="ExecutionId">Text of <c>$$.Execution.Id</c>; null: the run's id.</param>
/// <param name="RoleArn">Text of <c>$$.Execution.RoleArn</c>; null: absent.</param>
/// <param name="StateMachineId">Text of <c>$$.StateMachine.Id</c>; null: the workflow's name and version.</param>
/// <param name="RedriveCount">How often the run was redriven; <c>$$.Execution.RedriveCount</c>.</param>
/// <param name="RedrivenAt">When it was last; <c>$$.Execution.RedriveTime</c>, null: absent.</param>
/// <param name="MaxPayloadBytes">Longest input of a task, result of a task and output of a state, in bytes of UTF-8 without whitespace; more is States.DataLimitExceeded.</param>
public sealed record Execution(
    Guid RunId,
    string Name,
    string Workflow,
    int Version,
    JsonElement Input,
    DateTimeOffset StartedAt,
    string? ExecutionId = null,
    string? RoleArn = null,
    string? StateMachineId = null,
    int RedriveCount = 0,
    DateTimeOffset? RedrivenAt = null,
    int MaxPayloadBytes = Execution.DefaultMaxPayloadBytes)
{
    /// <summary>The limit Step Functions sets: 256 KiB.</summary>
    public const int DefaultMaxPayloadBytes = 256 * 1024;
}

/// <summary>The children of a Map or Parallel that failed: kept for a redrive.</summary>
/// <param name="Token">The group.</param>
/// <param name="Total">How many were opened.</param>
public sealed record FailedGroup(Guid Token, int Total);

/// <summary>What is known of the holder of an attempt.</summary>
public sealed record Vitals
{
    /// <summary>When the attempt fails for want of a heartbeat; null: none is demanded.</summary>
    public DateTimeOffset? AliveUntil { get; init; }

    /// <summary>How long a worker has it for itself; null: it is not under a lease.</summary>
    public DateTimeOffset? LeasedUntil { get; init; }

    /// <summary>The worker that has it, or had it last, under a lease.</summary>
    public string? WorkerId { get; init; }

    /// <summary>How many workers have had it and let its lease run out.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int LostWorkers { get; init; }

    /// <summary>When the holder was last heard of.</summary>
    public DateTimeOffset? HeardAt { get; init; }

    /// <summary>How far it said it was.</summary>
    public JsonElement? Progress { get; init; }
}

/// <summary>What a distributed Map waits for, besides its iterations; stored by name.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<MapStage>))]
public enum MapStage
{
    /// <summary>Its items.</summary>
    Reading,

    /// <summary>Its results to be written.</summary>
    Writing,
}

/// <summary>The children of an open Map or Parallel, as numbers: a wide Map never makes a scope grow.</summary>
/// <param name="Total">How many were opened.</param>
/// <param name="Succeeded">How many ended well.</param>
/// <param name="Failed">How many failed and were tolerated.</param>
public sealed record OpenChildren(int Total, int Succeeded, int Failed);

/// <summary>
/// One sequence of nodes being walked: the run's root, a branch of a Parallel, an iteration of a Map. Immutable, of constant size, and
/// serialisable to JSON by System.Text.Json as it stands; <see cref="Execution"/> is left out and put back by the driver.
/// </summary>
public sealed record Scope
{
    /// <summary>Identity; the root's is the run's id.</summary>
    public required Guid Id { get; init; }

    /// <summary>Which state machine of the definition it walks: empty for the root, else the JSON pointer of the nested machine, e.g. <c>/States/Each/ItemProcessor</c>.</summary>
    public string Machine { get; init; } = "";

    /// <summary>Index in its group; 0 for the root.</summary>
    public int Index { get; init; }

    /// <summary>How it stands.</summary>
    public ScopeStatus Status { get; init; }

    /// <summary>The current node; the last one when ended; null before the start.</summary>
    public string? Node { get; init; }

    /// <summary>Raw input of the current node (of the scope, before the start); the output, once succeeded.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public JsonElement Input { get; init; }

    /// <summary>Variables by name: a JSON object (undefined when there are none).</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public JsonElement Variables { get; init; }

    /// <summary>What <c>$$.Map.Item</c> is in a Map iteration, and in branches within it (<see cref="ChildScope.MapItem"/>); undefined otherwise.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public JsonElement MapItem { get; init; }

    /// <summary>Token of the attempt, wait or group outstanding; null when none is.</summary>
    public Guid? Token { get; init; }

    /// <summary>Token of the attempt whose answer is waited for; null when none is.</summary>
    [JsonIgnore]
    public Guid? OutstandingAttempt => Status == ScopeStatus.Running && TaskInput.ValueKind != JsonValueKind.Undefined ? Token : null;

    /// <summary>Attempts begun at the current node, the outstanding one included.</summary>
    public int Attempts { get; init; }

    /// <summary>How often each Retrier of the current node was used, in the definition's order; empty when none was.</summary>
    public IReadOnlyList<int> Retries { get; init; } = [];

    /// <summary>When the current node was entered.</summary>
    public DateTimeOffset EnteredAt { get; init; }

    /// <summary>Effective input of the attempt outstanding; undefined otherwise.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public JsonElement TaskInput { get; init; }

    /// <summary>When the attempt outstanding was handed out; null when none is.</summary>
    public DateTimeOffset? DispatchedAt { get; init; }

    /// <summary>Heartbeat limit of the attempt outstanding, in seconds.</summary>
    public int? HeartbeatSeconds { get; init; }

    /// <summary>What is known of the holder of the attempt outstanding; null: nothing yet.</summary>
    public Vitals? Vitals { get; init; }

    /// <summary>The open Map or Parallel, if the current node is one.</summary>
    public OpenChildren? Children { get; init; }

    /// <summary>The children of the current node, when it is a Map or Parallel that failed; null otherwise.</summary>
    public FailedGroup? FailedGroup { get; init; }

    /// <summary>How often it was redriven.</summary>
    public int Redrives { get; init; }

    /// <summary>What the distributed Map that the current node is waits for; null: nothing but its iterations.</summary>
    public MapStage? MapStage { get; init; }

    /// <summary>Facts of the run; put in by the driver, never stored with the scope.</summary>
    [JsonIgnore]
    public Execution? Execution { get; init; }
}
