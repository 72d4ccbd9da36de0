using Flow.Transports;

namespace Flow.Worker;

/// <summary>Settings of a worker, section <c>Flow:Worker</c>. Checked at start; a wrong value stops the start-up with its name and the allowed ones.</summary>
public sealed class FlowWorkerOptions : CallPolicy
{
    /// <summary>The section they bind from.</summary>
    public const string Section = "Flow:Worker";

    internal const string Handlers = "Handlers";

    /// <summary>Longest handler timeout, in seconds: a week.</summary>
    public const int MaxHandlerTimeoutSeconds = 604_800;

    /// <summary>Work queues to consume, and no others. Empty (default): the queues the handlers declare; a handler that declares none is on <c>default</c>.</summary>
    public IReadOnlyList<string> Queues { get; set; } = [];

    /// <summary>How many items the process handles at once at the most, over all its queues. Default: twice the processors. 1 to 1,000.</summary>
    public int Concurrency { get; set; } = Math.Clamp(Environment.ProcessorCount * 2, 1, 1_000);

    /// <summary>How the items of different priorities share the places, where items of several wait. Default: Critical 6, Default 3, Low 1, weighted; weights 1 to 100.</summary>
    public LaneRules Lanes { get; set; } = new();

    /// <summary>Seconds until an attempt fails as States.Timeout, where neither the node nor the handler says otherwise. Default 600; 1 to 604,800.</summary>
    public int HandlerTimeoutSeconds { get; set; } = 600;

    /// <summary>Seconds between two heartbeats of the worker. Default 10; 1 to 300.</summary>
    public int HeartbeatSeconds { get; set; } = 10;

    /// <summary>
    /// Seconds after which an item is acknowledged to the broker, which waits for an acknowledgement only so long (RabbitMQ: 30 minutes), and the worker has it under a lease
    /// instead. Default 60; 1 to 1,200.
    /// </summary>
    public int LeaseAfterSeconds { get; set; } = 60;

    /// <summary>
    /// Length of a lease in seconds. The worker renews it every third of that; once it is not heard from for as long, its item goes to another worker. Shorter is found out sooner,
    /// longer outlasts longer outages of the broker. Default 60; 3 to 86,400.
    /// </summary>
    public int LeaseSeconds { get; set; } = 60;

    /// <summary>Seconds that a stopping worker waits for the items in hand before it gives them back. Default 30; 0 to 3,600.</summary>
    public int ShutdownTimeoutSeconds { get; set; } = 30;

    /// <summary>Largest output of a handler as JSON, in bytes; a larger one fails as States.DataLimitExceeded. Default: the setting <c>Flow:MaxPayloadBytes</c> if the process has it, else 262,144; 1,024 to 67,108,864.</summary>
    public int MaxOutputBytes { get; set; } = 262_144;
}
