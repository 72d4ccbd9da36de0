using System.Diagnostics;
using Flow.Contracts;
using Flow.Orchestrator.Runs;
using Flow.Transports;
using MassTransit;
using MassTransit.Transports;

namespace Flow.Orchestrator.Polling;

/// <summary>
/// Takes items off a polled queue and gives each to a poll, under a lease. The lease is with the broker before the item is acknowledged or anybody hears of it: so at each moment the item is on its queue, or its
/// lease runs out and it goes out again.
/// </summary>
internal sealed class PolledItemConsumer(PolledQueue queue, IBus bus, IServiceScopeFactory scopes, TimeProvider time, ILogger<PolledItemConsumer> logger) : IConsumer<NodeWorkItem>
{
    private const string UnknownHandler = "Flow.UnknownHandler";

    public async Task Consume(ConsumeContext<NodeWorkItem> context)
    {
        if (!await IsOutstandingAsync(context.Message, context.CancellationToken))
            return;
        switch (await queue.OfferAsync(context.Message))
        {
            case Verdict.Promised(var poll):
                await HandOutAsync(context.Message, poll);
                break;
            case Verdict.Unknown(var handlers):
                await RefuseAsync(context, handlers);
                break;
            case Verdict.Unwanted:
                // As a new message: what is given back too often counts as one that ends its workers.
                await context.Forward(WorkQueues.Address(queue.Name, context.Message.Priority));
                break;
            case var other:
                throw new UnreachableException($"Unknown verdict {other}.");
        }
    }

    /// <summary>Takes back what was handed out and did not reach its worker.</summary>
    public static Task ReleaseAsync(IBus bus, NodeWorkItem item) =>
        SendAsync(bus, item, new NodeReleased { RunId = item.RunId, ScopeId = item.ScopeId, Token = item.Token });

    private async Task HandOutAsync(NodeWorkItem item, OpenPoll poll)
    {
        var terms = poll.Terms;
        try
        {
            await SendAsync(bus, item, new NodeLeased { RunId = item.RunId, ScopeId = item.ScopeId, Token = item.Token, LeaseSeconds = terms.LeaseSeconds, WorkerId = terms.WorkerId });
        }
        catch
        {
            poll.Withdraw();
            throw;
        }

        if (poll.TryGive(item))
            await TellStartedAsync(item, terms.WorkerId);
        else
            await ReleaseAsync(bus, item);
    }

    private async Task RefuseAsync(ConsumeContext<NodeWorkItem> context, string handlers)
    {
        var item = context.Message;
        var cause = $"Nobody who polls the queue '{queue.Name}' has a handler '{item.Handler}' (Resource '{item.Resource}'); they have: {handlers}.";
        logger.LogError("{Error}: {Cause}", UnknownHandler, cause);
        if (!context.ReceiveContext.TryGetPayload<IDeadLetterTransport>(out var skipped))
            throw new UnreachableException("The receive endpoint has no dead-letter transport.");
        await SendAsync(bus, item, new NodeFailed { RunId = item.RunId, ScopeId = item.ScopeId, Token = item.Token, Error = UnknownHandler, Cause = cause });
        await skipped.Send(context.ReceiveContext, $"{UnknownHandler}: {cause}");
    }

    /// <summary>Nobody depends on it, so a failure is only logged.</summary>
    private async Task TellStartedAsync(NodeWorkItem item, string workerId)
    {
        try
        {
            await bus.Publish(new NodeStarted
            {
                RunId = item.RunId,
                ScopeId = item.ScopeId,
                Token = item.Token,
                Node = item.Node,
                Attempt = item.Attempt,
                WorkerId = workerId,
                StartedAt = time.GetUtcNow(),
            });
        }
        catch (Exception e)
        {
            logger.LogWarning(e, "That attempt {Attempt} at node {Node} has begun could not be published.", item.Attempt, item.Node);
        }
    }

    /// <summary>Whether somebody waits for an answer to the item: it may be a repeat, or its run may be over.</summary>
    private async Task<bool> IsOutstandingAsync(NodeWorkItem item, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<OutstandingAttempts>().HasAsync(item.RunId, item.ScopeId, item.Token, cancellationToken);
    }

    private static async Task SendAsync<T>(IBus bus, NodeWorkItem item, T message)
        where T : class => await (await bus.GetSendEndpoint(Endpoints.For(item.RunId, item.ScopeId))).Send(message);
}
