using System.Text.Json;
using Flow.Contracts;
using Flow.Contracts.Api;

namespace Flow.Client;

/// <summary>How a job is to be run. What is not said has its default.</summary>
public sealed record DispatchOptions
{
    /// <summary>The job begins so long after it was taken, at most ten years; null: at once. Not together with <see cref="StartAt"/>.</summary>
    public TimeSpan? Delay { get; init; }

    /// <summary>The job does not begin before this moment; null, and one that is past: at once.</summary>
    public DateTimeOffset? StartAt { get; init; }

    /// <summary>Work queue whose workers have the handler; null: <c>default</c>.</summary>
    public string? Queue { get; init; }

    /// <inheritdoc cref="DispatchRequest.Priority"/>
    public Priority Priority { get; init; }

    /// <inheritdoc cref="DispatchRequest.MaxAttempts"/>
    public int? MaxAttempts { get; init; }

    /// <summary>Same key and handler = same job, also across calls and processes; at most 200 characters. Null: each call is a job of its own.</summary>
    public string? IdempotencyKey { get; init; }

    internal DispatchRequest Request(string handler, object? payload) => new()
    {
        Handler = handler,
        Payload = payload is null ? null : JsonSerializer.SerializeToElement(payload, HttpCaller.Json),
        DelaySeconds = Delay?.TotalSeconds,
        StartAt = StartAt,
        Queue = Queue,
        Priority = Priority,
        MaxAttempts = MaxAttempts,
    };
}
