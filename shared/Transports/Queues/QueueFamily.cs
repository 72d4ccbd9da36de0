using MassTransit;

namespace Flow.Transports.Queues;

/// <summary>Error and skipped queues are queues of their own, named as RabbitMQ's are.</summary>
internal static class QueueFamily
{
    public static string ErrorQueue(string queue) => queue + "_error";

    public static string SkippedQueue(string queue) => queue + "_skipped";

    public static string NameOf(string queue, SqlQueueType type) => type switch
    {
        SqlQueueType.ErrorQueue => ErrorQueue(queue),
        SqlQueueType.DeadLetterQueue => SkippedQueue(queue),
        _ => queue,
    };
}
