using Flow.Contracts;
using Flow.Worker.Execution;
using Flow.Transports.Messages;
using MassTransit;
using Microsoft.Extensions.Logging;

namespace Flow.Worker.Bus;

/// <summary>
/// Asks the orchestrator about items that were scheduled before this worker was there to hear what became of their runs. Without an answer an item begins: its result is refused, or held, if it must be.
/// </summary>
internal sealed class AttemptCheck(IBus bus, WorkerIdentity identity, TimeProvider time, ILogger<AttemptCheck> logger)
{
    private static readonly Uri Queue = new($"queue:{QueueNames.AttemptChecks}");
    private static readonly RequestTimeout Patience = RequestTimeout.After(s: 5);
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(30);

    private long _unansweredAt = long.MinValue;

    /// <summary>What becomes of an item that is not wanted (now); null: it may begin.</summary>
    public async Task<Outcome?> Refusal(NodeWorkItem item, CancellationToken cancellationToken)
    {
        if (item.ScheduledAt >= identity.StartedAt || IsResting())
            return null;
        try
        {
            var answer = await bus.CreateRequestClient<CheckAttempt>(Queue, Patience).GetResponse<AttemptChecked>(
                new CheckAttempt { RunId = item.RunId, ScopeId = item.ScopeId, Token = item.Token }, request => request.NeverExpires(), cancellationToken);
            return !answer.Message.IsOutstanding ? new Outcome.Dropped()
                : answer.Message.IsPaused ? new Outcome.Returned()
                : null;
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            Interlocked.Exchange(ref _unansweredAt, time.GetTimestamp());
            logger.LogWarning("Whether items from before the start of the worker are still wanted is not answered ({Reason}); for {Rest} they begin unasked.", e.Message, Rest);
            return null;
        }
    }

    private bool IsResting() => Interlocked.Read(ref _unansweredAt) is var at and not long.MinValue && time.GetElapsedTime(at) < Rest;
}
