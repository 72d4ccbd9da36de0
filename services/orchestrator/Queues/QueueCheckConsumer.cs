using Flow.Contracts;
using Flow.Orchestrator.Storage;
using MassTransit;
using Microsoft.EntityFrameworkCore;

namespace Flow.Orchestrator.Queues;

/// <summary>Tells workers which of their queues are paused.</summary>
internal sealed class QueueCheckConsumer(OrchestratorDbContext db) : IConsumer<CheckQueues>
{
    public async Task Consume(ConsumeContext<CheckQueues> context)
    {
        var asked = context.Message.Queues;
        await context.RespondAsync(new QueuesChecked { Paused = await db.PausedQueues.Where(p => asked.Contains(p.Queue)).Select(p => p.Queue).ToListAsync(context.CancellationToken) });
    }
}

internal sealed class QueueCheckConsumerDefinition : ConsumerDefinition<QueueCheckConsumer>
{
    public QueueCheckConsumerDefinition() => EndpointName = QueueNames.QueueChecks;
}
