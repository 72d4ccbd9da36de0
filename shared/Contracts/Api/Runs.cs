using System.Text.Json;
using System.Text.Json.Serialization;

namespace Flow.Contracts.Api;

/// <summary>Where a run stands.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<RunStatus>))]
public enum RunStatus
{
    /// <summary>Accepted; waits for its NotBefore.</summary>
    Scheduled,

    /// <summary>Under way.</summary>
    Running,

    /// <summary>Starts nothing new until resumed.</summary>
    Paused,

    /// <summary>Ended well.</summary>
    Succeeded,

    /// <summary>Ended with an error nobody caught.</summary>
    Failed,

    /// <summary>Ended by an operator.</summary>
    Cancelled,

    /// <summary>Ended by its own time limit.</summary>
    TimedOut,
}

/// <summary>What <c>POST /v1/runs</c> takes.</summary>
public sealed record StartRunRequest
{
    /// <inheritdoc cref="StartRun.RunId"/>
    public Guid? RunId { get; init; }

    /// <inheritdoc cref="StartRun.Workflow"/>
    public required string Workflow { get; init; }

    /// <inheritdoc cref="StartRun.Version"/>
    public int? Version { get; init; }

    /// <inheritdoc cref="StartRun.Input"/>
    public JsonElement? Input { get; init; }

    /// <inheritdoc cref="StartRun.Name"/>
    public string? Name { get; init; }

    /// <inheritdoc cref="StartRun.Priority"/>
    public Priority Priority { get; init; }

    /// <inheritdoc cref="StartRun.Queue"/>
    public string? Queue { get; init; }

    /// <inheritdoc cref="StartRun.Tags"/>
    public IReadOnlyDictionary<string, string>? Tags { get; init; }

    /// <inheritdoc cref="StartRun.NotBefore"/>
    public DateTimeOffset? NotBefore { get; init; }

    /// <inheritdoc cref="StartRun.TimeoutSeconds"/>
    public int? TimeoutSeconds { get; init; }
}

/// <summary>A run in a list.</summary>
public sealed record RunSummary
{
    /// <summary>The run.</summary>
    public required Guid RunId { get; init; }

    /// <summary>Name of the workflow.</summary>
    public required string Workflow { get; init; }

    /// <summary>Version of the workflow.</summary>
    public required int Version { get; init; }

    /// <summary>Where it stands.</summary>
    public required RunStatus Status { get; init; }

    /// <summary>Its name, if it was given one.</summary>
    public string? Name { get; init; }

    /// <summary>When it started.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>When it ended; null while it is open.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>Error name, when it failed.</summary>
    public string? Error { get; init; }

    /// <summary>The node the root scope is at (the last one, when ended).</summary>
    public string? Node { get; init; }
}

/// <summary>A run with everything about it but its history.</summary>
public sealed record RunDetails
{
    /// <summary>What a list says of it.</summary>
    public required RunSummary Run { get; init; }

    /// <summary>Input of the run.</summary>
    public required JsonElement Input { get; init; }

    /// <summary>Output, when it succeeded.</summary>
    public JsonElement? Output { get; init; }

    /// <summary>Cause, when it failed.</summary>
    public string? Cause { get; init; }

    /// <summary>Labels.</summary>
    public required IReadOnlyDictionary<string, string> Tags { get; init; }

    /// <summary>What caused it.</summary>
    public Trigger Trigger { get; init; }

    /// <summary>Priority of its work items.</summary>
    public Priority Priority { get; init; }

    /// <summary>Scopes (branches and iterations) still open, the root not counted.</summary>
    public int OpenScopes { get; init; }
}

/// <summary>One page of a list.</summary>
/// <typeparam name="T">What is listed.</typeparam>
/// <param name="Items">The items.</param>
/// <param name="Next">Cursor of the next page, to be given as <c>cursor</c>; null on the last page.</param>
public sealed record Page<T>(IReadOnlyList<T> Items, string? Next);

/// <summary>How many runs a selection has.</summary>
/// <param name="Count">The number.</param>
public sealed record RunCount(long Count);

/// <summary>A history event with its place in the run.</summary>
/// <param name="Id">Place in the run's history, increasing.</param>
/// <param name="ScopeId">The scope it happened in.</param>
/// <param name="Event">What happened.</param>
public sealed record HistoryEntry(long Id, Guid ScopeId, HistoryEvent Event);

/// <summary>What <c>POST /v1/runs/{id}/cancel</c> takes.</summary>
/// <param name="Reason">Why, for the history.</param>
public sealed record CancelRequest(string? Reason = null);

/// <summary>What <c>POST /v1/runs/{id}/pause</c> takes.</summary>
/// <param name="Reason">Why, for the history.</param>
public sealed record PauseRequest(string? Reason = null);

/// <summary>What <c>POST /v1/runs/{id}/redrive</c> takes.</summary>
/// <param name="FromNode">Node to go on at; null: the one the run stands at. Branches and iterations that ended well are not run again there.</param>
/// <param name="Input">Input for that node, which then begins anew; null: the one it had.</param>
/// <param name="Version">Version to go on with; null: the run's own.</param>
public sealed record RedriveRequest(string? FromNode = null, JsonElement? Input = null, int? Version = null);
