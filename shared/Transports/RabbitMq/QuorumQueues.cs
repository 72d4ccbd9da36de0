using MassTransit;
using MassTransit.RabbitMqTransport.Configuration;

namespace Flow.Transports.RabbitMq;

/// <summary>
/// How Flow declares every queue on RabbitMQ that is not temporary. Sender and receiver must give the very same arguments, for whoever comes second is
/// refused (406) when they differ; so this is the only place that knows them.
/// </summary>
internal static class QuorumQueues
{
    /// <summary>Deliveries without an acknowledgement after which the broker itself moves a message to the error queue.</summary>
    public const int DeliveryLimit = 20;

    public const string DeadLetterExchange = "x-dead-letter-exchange";

    private const string ErrorSuffix = "_error";
    private const string SkippedSuffix = "_skipped";
    private const string QueueType = "x-queue-type";

    private static readonly string[] LimitArguments = ["x-delivery-limit", DeadLetterExchange, "x-dead-letter-strategy", "x-overflow"];

    public static string ErrorQueue(string queue) => queue + ErrorSuffix;

    public static IReadOnlyDictionary<string, object> Arguments(string queue)
    {
        var arguments = new Dictionary<string, object>(StringComparer.Ordinal) { [QueueType] = "quorum" };
        if (IsEndOfTheLine(queue))
            return arguments;
        arguments["x-delivery-limit"] = DeliveryLimit;
        arguments[DeadLetterExchange] = ErrorQueue(queue);
        // Moving must not lose a message when a node dies in between; it demands the overflow rule, which without a length limit has no effect.
        arguments["x-dead-letter-strategy"] = "at-least-once";
        arguments["x-overflow"] = "reject-publish";
        return arguments;
    }

    /// <summary>Error and skipped queues inherit the arguments of their queue; there is nothing behind them to move a message to.</summary>
    public static void RemoveLimit(IRabbitMqQueueConfigurator queue)
    {
        foreach (var argument in LimitArguments)
            queue.SetQueueArgument(argument, (object?)null);
    }

    private static bool IsEndOfTheLine(string queue) =>
        queue.EndsWith(ErrorSuffix, StringComparison.Ordinal) || queue.EndsWith(SkippedSuffix, StringComparison.Ordinal);

    /// <summary>Applies the arguments to every receive endpoint, however it came to be.</summary>
    public sealed class EndpointRule(RabbitMqTopologyMode mode) : IEndpointConfigurationObserver
    {
        public void EndpointConfigured<T>(T configurator)
            where T : IReceiveEndpointConfigurator
        {
            // The exchange of a fault would be declared when the first one is published.
            if (mode == RabbitMqTopologyMode.Verify)
                configurator.PublishFaults = false;
            if (configurator is not RabbitMqReceiveEndpointConfiguration { Settings: { Durable: true, AutoDelete: false, QueueName: { } queue } } endpoint)
                return;
            foreach (var (argument, value) in Arguments(queue))
                endpoint.SetQueueArgument(argument, value);
            // The broker drops what it moves to an exchange that is not there.
            if (!IsEndOfTheLine(queue))
                endpoint.BindDeadLetterQueue(ErrorQueue(queue), ErrorQueue(queue), binding => binding.SetQueueArgument(QueueType, "quorum"));
        }
    }
}
