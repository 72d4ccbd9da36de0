using System.Collections.Concurrent;
using System.Text.Json;
using Flow.Contracts;
using Flow.Transports;
using MassTransit;

namespace Flow.Worker.Tests.Bed;

/// <summary>Plays the orchestrator and the monitor: sends items, and keeps what workers say.</summary>
internal sealed class Desk(IBus bus, IReceiveEndpointConnector connector, Transport transport) :
    IConsumer<NodeSucceeded>, IConsumer<NodeFailed>, IConsumer<NodeHeartbeat>, IConsumer<NodeLeased>, IConsumer<NodeReleased>, IConsumer<NodeStarted>, IConsumer<WorkerHeartbeat>,
    IConsumer<ReadPayload>, IConsumer<WritePayloadPart>, IConsumer<CheckAttempt>, IConsumer<CheckQueues>
{
    /// <summary>Outputs larger than this are refused.</summary>
    public const int MostStoredBytes = 200_000;

    /// <summary>Where items say that their answers go.</summary>
    public const string SagaQueue = "flow-test-saga";

    private readonly string[] _queues = [SagaQueue, QueueNames.NodeSucceeded, QueueNames.NodeFailed, QueueNames.NodeHeartbeat, QueueNames.NodeLeased, QueueNames.NodeReleased, QueueNames.Payloads, QueueNames.AttemptChecks, QueueNames.QueueChecks];

    public Observed<(string Queue, NodeSucceeded Message)> Succeeded { get; } = new();

    public Observed<(string Queue, NodeFailed Message)> Failed { get; } = new();

    public Observed<NodeHeartbeat> Heartbeats { get; } = new();

    /// <summary>Attempts of which it says that nobody waits for them.</summary>
    public ConcurrentBag<Guid> Unwanted { get; } = [];

    /// <summary>Runs of which it says that they are paused.</summary>
    public ConcurrentBag<Guid> Paused { get; } = [];

    /// <summary>Queues of which it says that they are paused.</summary>
    public ConcurrentDictionary<string, bool> PausedQueues { get; } = new(StringComparer.Ordinal);

    public Observed<NodeLeased> Leased { get; } = new();

    public Observed<NodeReleased> Released { get; } = new();

    public Observed<NodeStarted> Started { get; } = new();

    public Observed<WorkerHeartbeat> Workers { get; } = new();

    public Observed<SetAside> Aside { get; } = new();

    /// <summary>Large payloads: what items refer to, and what workers store.</summary>
    public ConcurrentDictionary<Guid, byte[]> Payloads { get; } = new();

    /// <summary>Called when a worker reads a payload.</summary>
    public Action Reading { get; set; } = () => { };

    /// <summary>How many bytes of a payload go into one answer.</summary>
    public int PartBytes { get; set; } = 10_000;

    public async Task Open()
    {
        foreach (var queue in _queues)
        {
            await connector.ConnectReceiveEndpoint(queue, (_, endpoint) =>
            {
                endpoint.ConfigureConsumeTopology = false;
                endpoint.Instance(this);
            }).Ready;
        }

        await connector.ConnectReceiveEndpoint(new TemporaryEndpointDefinition("flow-test-desk"), KebabCaseEndpointNameFormatter.Instance, (_, endpoint) =>
        {
            endpoint.Handler<NodeStarted>(Consume);
            endpoint.Handler<WorkerHeartbeat>(Consume);
        }).Ready;
    }

    /// <summary>Watches a queue of things set aside; takes them out as they come.</summary>
    public Task Watch(string queue) => transport.Watch(queue, connector, Aside.Add);

    public static NodeWorkItem Item(string handler, object? input = null) => new()
    {
        RunId = Guid.CreateVersion7(),
        ScopeId = Guid.CreateVersion7(),
        Workflow = "test",
        Version = 3,
        Node = $"Call {handler}",
        Resource = $"flow:{handler}",
        Handler = handler,
        Token = Guid.CreateVersion7(),
        Attempt = 1,
        Input = JsonSerializer.SerializeToElement(input ?? new { }, JsonSerializerOptions.Web),
        ScheduledAt = TimeProvider.System.GetUtcNow(),
    };

    public static NodeWorkItem ReferringItem(string handler, Guid payload) => Item(handler) with { Input = JsonElement.Parse("null"), InputReference = payload, ContractVersion = 2 };

    public async Task<NodeWorkItem> Send(NodeWorkItem item, string queue = "default", bool withAddress = true)
    {
        var endpoint = await bus.GetSendEndpoint(WorkQueues.Address(queue, item.Priority));
        await endpoint.Send(item, send => send.ResponseAddress = withAddress ? new Uri(bus.Address, SagaQueue) : null);
        return item;
    }

    public async Task SendRaw(string body, string queue = "default")
    {
        var endpoint = await bus.GetSendEndpoint(WorkQueues.Address(queue, Priority.Default));
        await endpoint.Send(new RawBody(body), send => send.Serializer = new RawBodySerializer());
    }

    public Task Cancel(NodeWorkItem item) => bus.Publish(new RunCancelled
    {
        RunId = item.RunId,
        Workflow = item.Workflow,
        Version = item.Version,
        Timestamp = TimeProvider.System.GetUtcNow(),
        StartedAt = item.ScheduledAt,
    });

    public Task Drain(string workerId, bool exit = false) => bus.Publish(new DrainWorker(workerId, exit));

    public Task Pause(NodeWorkItem item) => bus.Publish(new RunPaused { RunId = item.RunId, Workflow = item.Workflow, Version = item.Version, Timestamp = TimeProvider.System.GetUtcNow() });

    public Task PauseQueue(string queue)
    {
        PausedQueues[queue] = true;
        return bus.Publish(new QueuePaused { Queue = queue, Timestamp = TimeProvider.System.GetUtcNow() });
    }

    public Task ResumeQueue(string queue)
    {
        PausedQueues.TryRemove(queue, out _);
        return bus.Publish(new QueueResumed { Queue = queue, Timestamp = TimeProvider.System.GetUtcNow() });
    }

    public async Task<NodeSucceeded> Success(NodeWorkItem item) => (await Succeeded.First(a => a.Message.Token == item.Token)).Message;

    public async Task<NodeFailed> Failure(NodeWorkItem item) => (await Failed.First(a => a.Message.Token == item.Token)).Message;

    public bool IsAnswered(NodeWorkItem item) => Succeeded.All.Any(a => a.Message.Token == item.Token) || Failed.All.Any(a => a.Message.Token == item.Token);

    public Task Consume(ConsumeContext<NodeSucceeded> context) => Add(Succeeded, (Queue(context), context.Message));

    public Task Consume(ConsumeContext<NodeFailed> context) => Add(Failed, (Queue(context), context.Message));

    public Task Consume(ConsumeContext<NodeHeartbeat> context) => Add(Heartbeats, context.Message);

    public Task Consume(ConsumeContext<NodeLeased> context) => Add(Leased, context.Message);

    public Task Consume(ConsumeContext<NodeReleased> context) => Add(Released, context.Message);

    public Task Consume(ConsumeContext<NodeStarted> context) => Add(Started, context.Message);

    public Task Consume(ConsumeContext<WorkerHeartbeat> context) => Add(Workers, context.Message);

    public Task Consume(ConsumeContext<CheckAttempt> context) => context.RespondAsync(new AttemptChecked
    {
        Token = context.Message.Token,
        IsOutstanding = !Unwanted.Contains(context.Message.Token),
        IsPaused = Paused.Contains(context.Message.RunId),
    });

    public Task Consume(ConsumeContext<CheckQueues> context) => context.RespondAsync(new QueuesChecked { Paused = [.. context.Message.Queues.Where(PausedQueues.ContainsKey)] });

    public Task Consume(ConsumeContext<ReadPayload> context)
    {
        var (reference, offset) = (context.Message.Reference, context.Message.Offset);
        Reading();
        if (!Payloads.TryGetValue(reference, out var payload))
            return context.RespondAsync(new PayloadRefused { Reference = reference, Reason = "unknown-payload", Message = $"There is no payload {reference}." });
        var part = payload.AsMemory(offset, Math.Min(PartBytes, payload.Length - offset));
        return context.RespondAsync(new PayloadPart { Reference = reference, Offset = offset, TotalBytes = payload.Length, Bytes = part, IsLast = offset + part.Length == payload.Length });
    }

    public Task Consume(ConsumeContext<WritePayloadPart> context)
    {
        var part = context.Message;
        if (part.TotalBytes > MostStoredBytes)
            return context.RespondAsync(new PayloadRefused { Reference = part.Reference, Reason = "payload-too-large", Message = $"{part.TotalBytes} bytes are too many." });
        Payloads.AddOrUpdate(part.Reference, _ => part.Bytes.ToArray(), (_, before) => [.. before, .. part.Bytes.Span]);
        return context.RespondAsync(new PayloadPartStored { Reference = part.Reference, Offset = part.Offset });
    }

    private static string Queue(ConsumeContext context) => context.ReceiveContext.InputAddress.AbsolutePath.Split('/')[^1];

    private static Task Add<T>(Observed<T> observed, T item)
    {
        observed.Add(item);
        return Task.CompletedTask;
    }
}
