using System.Text.Json;
using System.Text.Json.Serialization;

namespace Flow.Contracts.Api;

/// <summary>What <c>POST /v1/work-items/{token}/complete</c> takes.</summary>
public sealed record CompleteWorkItemRequest
{
    /// <summary>Result of the node, any JSON value; absent: null.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public JsonElement Output { get; init; }

    /// <inheritdoc cref="NodeSucceeded.Journal"/>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<JournalEntry>? Journal { get; init; }
}

/// <summary>What <c>POST /v1/work-items/{token}/fail</c> takes.</summary>
/// <param name="Error">Error name that Retry and Catch match.</param>
/// <param name="Cause">What happened, for people.</param>
public sealed record FailWorkItemRequest(string? Error = null, string? Cause = null);

/// <summary>What <c>POST /v1/work-items/{token}/heartbeat</c> takes.</summary>
/// <param name="Progress">How far it is, any JSON value; shown to operators.</param>
public sealed record HeartbeatWorkItemRequest(JsonElement? Progress = null);
