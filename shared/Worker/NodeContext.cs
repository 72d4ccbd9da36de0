using System.Text.Json;
using Flow.Contracts;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Flow.Worker;

/// <summary>
/// What a handler knows about the attempt it serves. The worker makes it; a test of a handler makes its own with <c>new NodeContext { ... }</c>, where a
/// heartbeat goes nowhere.
/// </summary>
public class NodeContext
{
    /// <summary>The run.</summary>
    public Guid RunId { get; init; }

    /// <summary>The scope within the run: the run's id for its root, else a branch or an iteration.</summary>
    public Guid ScopeId { get; init; }

    /// <summary>Name of the workflow.</summary>
    public string Workflow { get; init; } = "";

    /// <summary>Version of the workflow, from 1.</summary>
    public int Version { get; init; } = 1;

    /// <summary>Name of the node.</summary>
    public string Node { get; init; } = "";

    /// <summary>Name of the handler that the node asks for.</summary>
    public string Handler { get; init; } = "";

    /// <summary>Number of this attempt at the node, from 1.</summary>
    public int Attempt { get; init; } = 1;

    /// <summary>Identity of this attempt: what completes it after <see cref="Transition.Hold"/>, and a good idempotency key towards other systems.</summary>
    public Guid Token { get; init; }

    /// <summary>The item's input as it came, before it was read as the handler's type.</summary>
    public JsonElement Input { get; init; }

    /// <summary>Priority of the run.</summary>
    public Priority Priority { get; init; }

    /// <summary>
    /// Cancelled when the attempt's time is up, its run is cancelled, the broker took the item back, or the worker has waited long enough for it while stopping.
    /// Best effort: a handler that does not look at it runs on, its result is dropped and its place is taken until it ends.
    /// </summary>
    public CancellationToken CancellationToken { get; init; }

    /// <summary>Logs with run, item and worker in scope.</summary>
    public ILogger Logger { get; init; } = NullLogger.Instance;

    /// <summary>The journal of the run: what handlers note for each other, recorded with the result of the attempt.</summary>
    public NodeJournal Journal { get; init; } = new();

    /// <summary>Tells the orchestrator that the attempt is alive, and how far it is. Needed at least every HeartbeatSeconds of the node, if it sets them.</summary>
    /// <param name="progress">Any value; shown to operators as JSON.</param>
    public virtual Task HeartbeatAsync(object? progress = null) => Task.CompletedTask;
}
