using System.Text.Json;
using System.Text.Json.Serialization;
using Flow.Contracts;

namespace Flow.Orchestrator.ChildRuns;

/// <summary>A node starts a run (<c>states:startExecution</c>). From a scope to the child-run consumer. The child's id is the Token, so a repeat is the same run.</summary>
public sealed record StartChildRun
{
    public required Guid RunId { get; init; }

    public required Guid ScopeId { get; init; }

    public required Guid Token { get; init; }

    public required string Node { get; init; }

    public required string Resource { get; init; }

    /// <summary>The effective input of the node: StateMachineArn, Input, Name.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public JsonElement Input { get; init; }

    /// <summary>The input, where it is too large for the message; null: <see cref="Input"/> is it.</summary>
    public Guid? InputReference { get; init; }

    /// <summary>Queue of the parent, which the child takes over.</summary>
    public required string Queue { get; init; }

    /// <summary>Priority of the parent, which the child takes over.</summary>
    public Priority Priority { get; init; }
}

/// <summary>Tell once more how the run ended. From the reconciler to a run that has ended.</summary>
public sealed record TellParent(Guid RunId);

/// <summary>The attempt that a run was started by and that waits for its end.</summary>
/// <param name="ScopeId">The scope the attempt belongs to; its Token is the child's id.</param>
/// <param name="Resource">The node's Resource, which says what the answer looks like; null: nobody waits for the end.</param>
public sealed record ParentAttempt(Guid ScopeId, string? Resource);
