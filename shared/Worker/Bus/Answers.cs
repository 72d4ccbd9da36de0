using Flow.Contracts;
using Flow.Transports;
using Flow.Worker.Execution;
using MassTransit;
using Microsoft.Extensions.Logging;

namespace Flow.Worker.Bus;

/// <summary>
/// What a worker tells the orchestrator about an item: at the address the item came with, else through the queues every holder of a Token may use. An answer waits
/// out an outage of the broker, so that the handler need not run again for it. It is sent through the bus and not through the item's context, which would
/// remember a send that failed and fault the item for it at the end, though a later one went through.
/// </summary>
internal sealed class Answers(IBus bus, PayloadClient payloads, WorkerIdentity identity, TimeProvider time, ILogger<Answers> logger)
{
    private static readonly Uri SucceededQueue = new($"queue:{QueueNames.NodeSucceeded}");
    private static readonly Uri FailedQueue = new($"queue:{QueueNames.NodeFailed}");
    private static readonly Uri HeartbeatQueue = new($"queue:{QueueNames.NodeHeartbeat}");
    private static readonly Uri LeasedQueue = new($"queue:{QueueNames.NodeLeased}");
    private static readonly Uri ReleasedQueue = new($"queue:{QueueNames.NodeReleased}");

    /// <summary>Tells whoever watches that the handler begins. Nobody depends on it, so a failure is only logged.</summary>
    public async Task Started(ConsumeContext<NodeWorkItem> context, DateTimeOffset startedAt)
    {
        var started = new NodeStarted
        {
            RunId = context.Message.RunId,
            ScopeId = context.Message.ScopeId,
            Token = context.Message.Token,
            Node = context.Message.Node,
            Attempt = context.Message.Attempt,
            WorkerId = identity.WorkerId,
            StartedAt = startedAt,
        };
        try
        {
            await bus.Publish(started, publish => Join(publish, context), context.CancellationToken);
        }
        catch (Exception e)
        {
            logger.LogWarning(e, "That attempt {Attempt} at node {Node} has begun could not be published.", started.Attempt, started.Node);
        }
    }

    /// <summary>An output that does not fit in a message is stored, and the message says where.</summary>
    /// <exception cref="PayloadRefusedException">It cannot be stored.</exception>
    public async Task Succeeded(ConsumeContext<NodeWorkItem> context, DateTimeOffset startedAt, Outcome.Succeeded outcome, CancellationToken cancellationToken)
    {
        var answer = new NodeSucceeded
        {
            RunId = context.Message.RunId,
            ScopeId = context.Message.ScopeId,
            Token = context.Message.Token,
            Output = outcome.Output,
            Journal = outcome.Journal is { Count: > 0 } journal ? journal : null,
            WorkerId = identity.WorkerId,
            StartedAt = startedAt,
            EndedAt = time.GetUtcNow(),
        };
        if (payloads.Fits(answer, answer.Output))
        {
            try
            {
                await Send(context, SucceededQueue, answer, cancellationToken);
                return;
            }
            catch (MessageTooLargeException)
            {
                // With an envelope larger than most.
            }
        }

        var reference = await payloads.Store(context.Message, outcome.Output, cancellationToken);
        await Send(context, SucceededQueue, answer with { Output = default, OutputReference = reference }, cancellationToken);
    }

    public Task Failed(ConsumeContext<NodeWorkItem> context, DateTimeOffset startedAt, Outcome.Failed outcome, CancellationToken cancellationToken) =>
        Send(context, FailedQueue, Failure(new(context.Message.RunId, context.Message.ScopeId, context.Message.Token), startedAt, outcome), cancellationToken);

    public Task Leased(ConsumeContext<NodeWorkItem> context, int seconds, CancellationToken cancellationToken) => Send(
        context,
        LeasedQueue,
        new NodeLeased
        {
            RunId = context.Message.RunId,
            ScopeId = context.Message.ScopeId,
            Token = context.Message.Token,
            LeaseSeconds = seconds,
            WorkerId = identity.WorkerId,
        },
        cancellationToken);

    public Task Released(ConsumeContext<NodeWorkItem> context, bool isHeld) => Send(
        context,
        ReleasedQueue,
        new NodeReleased { RunId = context.Message.RunId, ScopeId = context.Message.ScopeId, Token = context.Message.Token, IsHeld = isHeld },
        CancellationToken.None);

    /// <summary>For an item of which only the identity could be read.</summary>
    public async Task Failed(ItemIdentity item, Outcome.Failed outcome)
    {
        var endpoint = await bus.GetSendEndpoint(FailedQueue);
        await endpoint.Send(Failure(item, null, outcome));
    }

    public async Task Alive(ConsumeContext<NodeWorkItem> context, NodeHeartbeat heartbeat)
    {
        // Where the item's answers go, if it says so: there it stays before a timer that fires later.
        var endpoint = await bus.GetSendEndpoint(context.ResponseAddress ?? HeartbeatQueue);
        await endpoint.Send(heartbeat, send => Join(send, context));
    }

    /// <summary>Sends the item, as it is, to the end of the queue that it came from.</summary>
    public async Task Defer(ConsumeContext<NodeWorkItem> context)
    {
        var endpoint = await bus.GetSendEndpoint(context.ReceiveContext.InputAddress);
        await endpoint.Send(
            context.Message,
            send =>
            {
                foreach (var (name, value) in context.Headers.GetAll())
                    send.Headers.Set(name, value);
                (send.MessageId, send.CorrelationId, send.ConversationId, send.InitiatorId) = (context.MessageId, context.CorrelationId, context.ConversationId, context.InitiatorId);
                (send.ResponseAddress, send.FaultAddress) = (context.ResponseAddress, context.FaultAddress);
            },
            context.CancellationToken);
    }

    private async Task Send<T>(ConsumeContext<NodeWorkItem> context, Uri queue, T answer, CancellationToken cancellationToken)
        where T : class
    {
        foreach (var wait in InfrastructureFault.Waits)
        {
            try
            {
                var endpoint = await bus.GetSendEndpoint(context.ResponseAddress ?? queue);
                await endpoint.Send(answer, send => Join(send, context), cancellationToken);
                return;
            }
            catch (Exception e) when (InfrastructureFault.IsTransient(e))
            {
                logger.LogWarning(e, "The answer cannot be sent now; trying again in {Wait}.", wait);
            }

            await Task.Delay(wait, time, cancellationToken);
        }

        throw new TimeoutException("The answer could not be sent for as long as an outage is waited out.");
    }

    /// <summary>Makes a message part of the item's conversation.</summary>
    private static void Join(SendContext message, ConsumeContext<NodeWorkItem> item)
    {
        message.ConversationId = item.ConversationId;
        message.InitiatorId = item.CorrelationId ?? item.MessageId;
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
