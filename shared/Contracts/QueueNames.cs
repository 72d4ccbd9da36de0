namespace Flow.Contracts;

/// <summary>The names of Flow's queues on the broker; part of the wire contract.</summary>
public static class QueueNames
{
    /// <summary>Takes <see cref="Contracts.StartRun"/>, also as plain JSON.</summary>
    public const string StartRun = "flow-start-run";

    /// <summary>Takes <see cref="Contracts.CancelRun"/>, also as plain JSON.</summary>
    public const string CancelRun = "flow-cancel-run";

    /// <summary>Takes <see cref="Contracts.PauseRun"/>, also as plain JSON.</summary>
    public const string PauseRun = "flow-pause-run";

    /// <summary>Takes <see cref="Contracts.ResumeRun"/>, also as plain JSON.</summary>
    public const string ResumeRun = "flow-resume-run";

    /// <summary>Takes <see cref="Contracts.RedriveRun"/>, also as plain JSON.</summary>
    public const string RedriveRun = "flow-redrive-run";

    /// <summary>Takes <see cref="Contracts.NodeSucceeded"/>, also as plain JSON.</summary>
    public const string NodeSucceeded = "flow-node-succeeded";

    /// <summary>Takes <see cref="Contracts.NodeFailed"/>, also as plain JSON.</summary>
    public const string NodeFailed = "flow-node-failed";

    /// <summary>Takes <see cref="Contracts.NodeHeartbeat"/>, also as plain JSON.</summary>
    public const string NodeHeartbeat = "flow-node-heartbeat";

    /// <summary>Takes <see cref="Contracts.NodeLeased"/>, also as plain JSON.</summary>
    public const string NodeLeased = "flow-node-leased";

    /// <summary>Takes <see cref="Contracts.NodeReleased"/>, also as plain JSON.</summary>
    public const string NodeReleased = "flow-node-released";

    /// <summary>Takes <see cref="ReadRunJournal"/> and answers with <see cref="RunJournalPage"/>.</summary>
    public const string RunJournal = "flow-run-journal";

    /// <summary>Takes <see cref="ReadPayload"/> and <see cref="WritePayloadPart"/>, as MassTransit requests.</summary>
    public const string Payloads = "flow-payloads";

    /// <summary>Takes <see cref="CheckAttempt"/> and answers with <see cref="AttemptChecked"/>.</summary>
    public const string AttemptChecks = "flow-attempt-checks";

    /// <summary>The queue that work items without a queue of their own go to.</summary>
    public const string DefaultWorkQueue = "default";

    /// <summary>Longest allowed name of a work queue, in characters.</summary>
    public const int MaxWorkQueueNameLength = 80;

    /// <summary>What the names of the broker's queues for work begin with.</summary>
    public const string WorkPrefix = "flow-work-";

    /// <summary>The broker's queue for the work queue <paramref name="queue"/>, e.g. <c>flow-work-video</c>.</summary>
    /// <exception cref="ArgumentException">The name is not a work queue name; see <see cref="IsWorkQueueName"/>.</exception>
    public static string ForWork(string queue) => IsWorkQueueName(queue)
        ? WorkPrefix + queue
        : throw new ArgumentException($"'{queue}' is not a queue name: use 1 to {MaxWorkQueueNameLength} lower-case letters, digits, '-', '_' or '.'.", nameof(queue));

    /// <summary>Whether a work queue may be called so: 1 to 80 lower-case letters, digits, '-', '_' or '.'.</summary>
    public static bool IsWorkQueueName(string? queue) =>
        queue is { Length: > 0 and <= MaxWorkQueueNameLength } && queue.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '-' or '_' or '.');
}
