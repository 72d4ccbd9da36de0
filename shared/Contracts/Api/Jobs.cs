using System.Text.Json;

namespace Flow.Contracts.Api;

/// <summary>What <c>POST /v1/jobs</c> takes: one handler to run durably, without a workflow (<see cref="Jobs"/>).</summary>
public sealed record DispatchRequest
{
    /// <summary>Identity of the run, chosen by the sender; null: derived from handler and Idempotency-Key, else chosen.</summary>
    public Guid? RunId { get; init; }

    /// <summary>The handler: 1 to 80 ASCII letters, digits, '-', '_', '.' or ':'.</summary>
    public required string Handler { get; init; }

    /// <summary>Its input, any JSON value; null: an empty object.</summary>
    public JsonElement? Payload { get; init; }

    /// <summary>Work queue whose workers have the handler; null: <c>default</c>.</summary>
    public string? Queue { get; init; }

    /// <summary>Priority of its work items.</summary>
    public Priority Priority { get; init; }

    /// <summary>The job begins so many seconds after it was taken, also fractions: 0 to 315,360,000; null: at once.</summary>
    public double? DelaySeconds { get; init; }

    /// <summary>The job does not begin before this moment; null, and one that is past: at once.</summary>
    public DateTimeOffset? StartAt { get; init; }

    /// <summary>
    /// Most attempts, 1 to 100, each with one call of the handler, after growing delays; what the policies of handler and worker say of retries does not count then. Null: one attempt, with the calls that they allow.
    /// </summary>
    public int? MaxAttempts { get; init; }
}
