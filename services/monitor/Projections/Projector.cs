using Flow.Contracts;

namespace Flow.Monitor.Projections;

/// <summary>Applies one event to the rows it touches.</summary>
internal static class Projector
{
    public static void Apply(ProjectionState state, object message, DateTimeOffset now)
    {
        switch (message)
        {
            case RunAdvanced advanced:
                TransitionProjection.Apply(state, advanced);
                break;
            case NodeStarted started:
                TransitionProjection.Apply(state, started);
                break;
            case RunEvent run:
                RunProjection.Apply(state, run);
                break;
            case WorkerHeartbeat heartbeat:
                WorkerProjection.Apply(state, heartbeat, now);
                break;
            case RunRejected rejected:
                RejectionProjection.Apply(state, rejected);
                break;
            case NodeDeadLettered letter:
                DeadLetterProjection.Apply(state, letter, now);
                break;
            default:
                throw new System.Diagnostics.UnreachableException($"No projection for {message.GetType().Name}.");
        }
    }

    /// <summary>When the event happened, by the clock of who sent it.</summary>
    public static DateTimeOffset? MomentOf(object message) => message switch
    {
        RunAdvanced { Events: [.., var last] } => last.Timestamp,
        RunEvent run => run.Timestamp,
        NodeStarted started => started.StartedAt,
        NodeDeadLettered letter => letter.Timestamp,
        _ => null,
    };
}
