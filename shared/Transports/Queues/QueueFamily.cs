using MassTransit;

namespace Flow.Transports.Queues;

/// <summary>Error and skipped queues are queues of their own, named as RabbitMQ's are.</summary>
internal static class QueueFamily
{
    private const string ErrorSuffix = "_error";

    public static string ErrorQueue(string queue) => queue + ErrorSuffix;

    public static bool IsErrorQueue(string queue) => queue.EndsWith(ErrorSuffix, StringComparison.Ordinal);

    public static string SkippedQueue(string queue) => queue + "_skipped";

    /// <summary>The queues for what is put aside of a queue; an error or skipped queue has none.</summary>
    public static string[] Behind(string queue) => DeadLetters.AsideHeaders.OriginOf(queue) is null ? [ErrorQueue(queue), SkippedQueue(queue)] : [];

    public static string NameOf(string queue, SqlQueueType type) => type switch
    {
        SqlQueueType.ErrorQueue => ErrorQueue(queue),
        SqlQueueType.DeadLetterQueue => SkippedQueue(queue),
        _ => queue,
    };
}
