using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Flow.Contracts;
using Flow.Contracts.Api;
using Flow.Monitor.Data;
using Flow.Monitor.DeadLetters;

namespace Flow.Monitor.Projections;

/// <summary>Workers by their newest heartbeat.</summary>
internal static class WorkerProjection
{
    public static void Apply(ProjectionState state, WorkerHeartbeat heartbeat, DateTimeOffset seenAt)
    {
        if (!state.Workers.TryGetValue(heartbeat.WorkerId, out var worker))
            state.Workers[heartbeat.WorkerId] = worker = state.Add(new WorkerRow { WorkerId = heartbeat.WorkerId });
        else if (worker.Timestamp >= heartbeat.Timestamp || worker.Stopping)
            return; // late, or repeated; and a worker that stopped never comes back under its id

        worker.Host = heartbeat.Host;
        worker.Version = heartbeat.Version;
        worker.Queues = JsonSerializer.Serialize(heartbeat.Queues);
        worker.Handlers = JsonSerializer.Serialize(heartbeat.Handlers);
        worker.Concurrency = heartbeat.Concurrency;
        worker.InFlight = JsonSerializer.Serialize(heartbeat.InFlight);
        worker.Activity = WorkerCondition.ActivityOf(heartbeat);
        worker.StartedAt = heartbeat.StartedAt;
        worker.Timestamp = heartbeat.Timestamp;
        worker.SeenAt = seenAt;
        worker.IntervalSeconds = heartbeat.IntervalSeconds;
        worker.Stopping = heartbeat.Stopping;
    }
}

/// <summary>Starts that were refused.</summary>
internal static class RejectionProjection
{
    public static void Apply(ProjectionState state, RunRejected rejected)
    {
        var id = IdOf(rejected);
        if (!state.Rejections.Add(id))
            return;
        state.Add(new RejectionRow
        {
            Id = id,
            RunId = rejected.RunId,
            Workflow = rejected.Workflow,
            Reason = rejected.Reason,
            Message = rejected.Message,
            IdempotencyKey = rejected.IdempotencyKey,
            At = Moments.Truncate(rejected.Timestamp),
        });
        state.Count(CounterNames.RunsRejected, rejected.Reason);
    }

    /// <summary>A rejection has no identity of its own; equal content is a repeat.</summary>
    public static Guid IdOf(RunRejected rejected) => new(SHA256.HashData(Encoding.UTF8.GetBytes(JsonSerializer.Serialize(rejected))).AsSpan(0, 16));
}

/// <summary>Attempts that nobody will retry by itself any more. The attempt's message may be here already, where it was put aside.</summary>
internal static class DeadLetterProjection
{
    public static void Apply(ProjectionState state, NodeDeadLettered letter, DateTimeOffset now)
    {
        var at = Moments.Truncate(letter.Timestamp);
        if (!state.DeadLetters.TryGetValue(letter.Token, out var row))
        {
            row = state.Add(new DeadLetterRow { Id = letter.Token, Kind = DeadLetterKind.RetriesSpent, Token = letter.Token, FailedAt = at, ReceivedAt = Moments.Truncate(now) });
            state.DeadLetters[letter.Token] = row;
            // The run may have gone on since: events come in any order.
            if (state.Runs.TryGetValue(letter.RunId, out var run) && run.RedrivenAt >= at)
                row.Status = DeadLetterStatus.Replayed;
        }

        (row.RunId, row.ScopeId) = (letter.RunId, letter.ScopeId);
        (row.Workflow, row.Version, row.Node, row.Resource) = (letter.Workflow, letter.Version, letter.Node, letter.Resource);
        row.Attempts = Math.Max(row.Attempts, letter.Attempts);
        if (letter.Input.ValueKind != JsonValueKind.Undefined)
            row.Input = letter.Input.GetRawText();
        (row.Error, row.Cause) = (letter.Error, letter.Cause);
        row.Fingerprint = Fingerprint.Of(row);
    }
}
