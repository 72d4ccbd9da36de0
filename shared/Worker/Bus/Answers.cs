using Flow.Contracts;
using Flow.Worker.Execution;
using MassTransit;

namespace Flow.Worker.Bus;

/// <summary>What a worker tells the orchestrator about an item: at the address the item came with, else through the queues every holder of a Token may use.</summary>
internal sealed class Answers(WorkerIdentity identity, TimeProvider time)
{
    private static readonly Uri SucceededQueue = new($"queue:{QueueNames.NodeSucceeded}");
    private static readonly Uri FailedQueue = new($"queue:{QueueNames.NodeFailed}");
    private static readonly Uri HeartbeatQueue = new($"queue:{QueueNames.NodeHeartbeat}");

    public Task Started(ConsumeContext<NodeWorkItem> context, DateTimeOffset startedAt) => context.Publish(new NodeStarted
    {
        RunId = context.Message.RunId,
        ScopeId = context.Message.ScopeId,
        Token = context.Message.Token,
        Node = context.Message.Node,
        Attempt = context.Message.Attempt,
        WorkerId = identity.WorkerId,
        StartedAt = startedAt,
    });

    public async Task Succeeded(ConsumeContext<NodeWorkItem> context, DateTimeOffset startedAt, Outcome.Succeeded outcome)
    {
        var endpoint = await context.GetSendEndpoint(context.ResponseAddress ?? SucceededQueue);
        await endpoint.Send(new NodeSucceeded
        {
            RunId = context.Message.RunId,
            ScopeId = context.Message.ScopeId,
            Token = context.Message.Token,
            Output = outcome.Output,
            WorkerId = identity.WorkerId,
            StartedAt = startedAt,
            EndedAt = time.GetUtcNow(),
        });
    }

    public async Task Failed(ConsumeContext<NodeWorkItem> context, DateTimeOffset startedAt, Outcome.Failed outcome)
    {
        var item = context.Message;
        var endpoint = await context.GetSendEndpoint(context.ResponseAddress ?? FailedQueue);
        await endpoint.Send(Failure(new(item.RunId, item.ScopeId, item.Token), startedAt, outcome));
    }

    /// <summary>For an item of which only the identity could be read.</summary>
    public async Task Failed(ISendEndpointProvider bus, ItemIdentity item, Outcome.Failed outcome)
    {
        var endpoint = await bus.GetSendEndpoint(FailedQueue);
        await endpoint.Send(Failure(item, null, outcome));
    }

    public static async Task Alive(ConsumeContext<NodeWorkItem> context, NodeHeartbeat heartbeat)
    {
        var endpoint = await context.GetSendEndpoint(HeartbeatQueue);
        await endpoint.Send(heartbeat);
    }

    private NodeFailed Failure(ItemIdentity item, DateTimeOffset? startedAt, Outcome.Failed outcome) => new()
    {
        RunId = item.RunId,
        ScopeId = item.ScopeId,
        Token = item.Token,
        Error = outcome.Error,
        Cause = outcome.Cause,
        Details = outcome.Details,
        WorkerId = identity.WorkerId,
        StartedAt = startedAt,
        EndedAt = time.GetUtcNow(),
    };
}
