using Flow.Contracts;

namespace Flow.Orchestrator.Runs;

/// <summary>The queues of the two sagas, and which of them a scope lives behind.</summary>
internal static class Endpoints
{
    public const string Runs = "flow-runs";

    public const string Scopes = "flow-scopes";

    /// <summary>Nodes that start runs.</summary>
    public const string ChildRuns = "flow-child-runs";

    /// <summary>Items to read and results to write, for distributed Maps.</summary>
    public const string MapData = "flow-map-data";

    /// <summary>The queue of the saga that holds a scope.</summary>
    public static Uri For(Guid runId, Guid scopeId) => new($"queue:{(runId == scopeId ? Runs : Scopes)}");

    /// <summary>The same as a full address beside <paramref name="here"/>, for a reply that comes from another process.</summary>
    public static Uri For(Guid runId, Guid scopeId, Uri here) => new(here, runId == scopeId ? Runs : Scopes);
}
