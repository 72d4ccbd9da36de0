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
/// <param name="LeaseSeconds">Also renews the lease of an item that was polled: the attempt stays with its worker so many seconds from now. 1 to 86,400; null: the lease stays as it is.</param>
/// <param name="WorkerId">The worker that renews the lease, for people.</param>
public sealed record HeartbeatWorkItemRequest(JsonElement? Progress = null, int? LeaseSeconds = null, string? WorkerId = null);

/// <summary>What <c>POST /v1/work-items/{token}/release</c> takes.</summary>
/// <param name="IsHeld">True: whoever was given the token will answer, and the lease ends. False (default): the attempt goes to another worker at once, under a new token.</param>
public sealed record ReleaseWorkItemRequest(bool IsHeld = false);

/// <summary>What <c>POST /v1/work-items/poll</c> takes: how a worker without access to the broker gets its items.</summary>
public sealed record PollWorkItemsRequest
{
    /// <summary>The worker, for people: 1 to 200 characters.</summary>
    public required string WorkerId { get; init; }

    /// <summary>The work queue; null: <c>default</c>.</summary>
    public string? Queue { get; init; }

    /// <summary>Handlers it serves, at most 100; null or none: whatever is on the queue. An item whose handler nobody serves that polls its queue fails as <c>Flow.UnknownHandler</c>.</summary>
    public IReadOnlyList<string>? Handlers { get; init; }

    /// <summary>Most items wanted; 1 (default) to 100.</summary>
    public int MaxItems { get; init; } = 1;

    /// <summary>Longest wait for the first item in seconds; 1 to 60, default 20. To open a queue that was not polled lately may take as long again.</summary>
    public int WaitSeconds { get; init; } = 20;

    /// <summary>Length of the lease of each item in seconds; 1 to 86,400, default 60. A worker that is not heard of for so long loses the item to another.</summary>
    public int LeaseSeconds { get; init; } = 60;
}

/// <summary>What <c>POST /v1/work-items/poll</c> answers.</summary>
/// <param name="Items">The items; none: there were none in that time.</param>
public sealed record PolledWorkItems(IReadOnlyList<PolledWorkItem> Items);

/// <summary>An item that was polled.</summary>
/// <param name="TaskToken">Address of the attempt, for <c>complete</c>, <c>fail</c>, <c>heartbeat</c> and <c>release</c>.</param>
/// <param name="Item">The item, as it is on the broker.</param>
public sealed record PolledWorkItem(string TaskToken, NodeWorkItem Item);
