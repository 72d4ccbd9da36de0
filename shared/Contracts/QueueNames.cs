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

    /// <summary>Takes <see cref="CheckQueues"/> and answers with <see cref="QueuesChecked"/>.</summary>
    public const string QueueChecks = "flow-queue-checks";

    /// <summary>Takes <see cref="ReservePermits"/> and answers with <see cref="PermitsReserved"/>.</summary>
    public const string Permits = "flow-permits";

    /// <summary>The queue that work items without a queue of their own go to.</summary>
    public const string DefaultWorkQueue = "default";

    /// <summary>Longest allowed name of a work queue, in characters.</summary>
    public const int MaxWorkQueueNameLength = 80;

    private const string WorkPrefix = "flow-work-";
    private const string CriticalSuffix = "-critical";
    private const string LowSuffix = "-low";

    /// <summary>The broker's queue for the work queue <paramref name="queue"/>, e.g. <c>flow-work-video</c>: its lane for <see cref="Priority.Default"/>.</summary>
    /// <exception cref="ArgumentException">The name is not a work queue name; see <see cref="WorkQueueNameFault"/>.</exception>
    public static string ForWork(string queue) =>
        WorkQueueNameFault(queue) is { } fault ? throw new ArgumentException(fault, nameof(queue)) : WorkPrefix + queue;

    /// <summary>
    /// The broker's queue for one lane of a work queue: items of <see cref="Priority.Critical"/> are in <c>flow-work-video-critical</c>, those of <see cref="Priority.Low"/> in
    /// <c>flow-work-video-low</c>, all others in <c>flow-work-video</c>.
    /// </summary>
    /// <exception cref="ArgumentException">The name is not a work queue name; see <see cref="WorkQueueNameFault"/>.</exception>
    public static string ForWork(string queue, Priority priority) => ForWork(queue) + priority switch
    {
        Priority.Critical => CriticalSuffix,
        Priority.Low => LowSuffix,
        _ => "",
    };

    /// <summary>The broker's queues for the lanes of a work queue, the most urgent first.</summary>
    /// <exception cref="ArgumentException">The name is not a work queue name; see <see cref="WorkQueueNameFault"/>.</exception>
    public static IReadOnlyList<string> LanesOf(string queue) => [ForWork(queue, Priority.Critical), ForWork(queue, Priority.Default), ForWork(queue, Priority.Low)];

    /// <summary>The work queue that a queue of the broker is a lane of, e.g. <c>video</c> for <c>flow-work-video-low</c>; null: it is the lane of none.</summary>
    public static string? WorkQueueOf(string brokerQueue)
    {
        ArgumentNullException.ThrowIfNull(brokerQueue);
        if (!brokerQueue.StartsWith(WorkPrefix, StringComparison.Ordinal))
            return null;
        var queue = brokerQueue[WorkPrefix.Length..];
        queue = queue[..^(LaneSuffix(queue)?.Length ?? 0)];
        return IsWorkQueueName(queue) ? queue : null;
    }

    /// <summary>Whether a work queue may be called so: 1 to 80 lower-case letters, digits, '-', '_' or '.', not ending as a lane does ('-critical', '-low').</summary>
    public static bool IsWorkQueueName(string? queue) => WorkQueueNameFault(queue) is null;

    /// <summary>Why a work queue may not be called so, for people; null: it may.</summary>
    public static string? WorkQueueNameFault(string? queue)
    {
        if (queue is not { Length: > 0 and <= MaxWorkQueueNameLength } || !queue.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '-' or '_' or '.'))
            return $"'{queue}' is not a queue name: use 1 to {MaxWorkQueueNameLength} lower-case letters, digits, '-', '_' or '.'.";
        return LaneSuffix(queue) is { } suffix
            ? $"'{queue}' is not a queue name: '{suffix}' is the ending of a lane. Name the queue without it, and start the run with the priority that you mean."
            : null;
    }

    private static string? LaneSuffix(string queue) =>
        queue.EndsWith(CriticalSuffix, StringComparison.Ordinal) ? CriticalSuffix
        : queue.EndsWith(LowSuffix, StringComparison.Ordinal) ? LowSuffix
        : null;
}
