using Flow.Contracts;
using Flow.Orchestrator.Runs;
using Flow.Orchestrator.Storage;
using Flow.Transports;
using MassTransit;

namespace Flow.Orchestrator.Intake;

/// <summary>Takes starts from anybody, also as plain JSON; a refused one is told with <see cref="RunRejected"/>, never retried.</summary>
internal sealed class StartRunConsumer(StartRequests requests, ILogger<StartRunConsumer> logger) : IConsumer<StartRun>
{
    public async Task Consume(ConsumeContext<StartRun> context)
    {
        var verdict = await requests.LookAtAsync(context.Message, context.MessageId ?? NewId.NextSequentialGuid(), context.CancellationToken);
        if (verdict.Begin is { } begin)
        {
            await context.Send(new Uri($"queue:{Endpoints.Runs}"), begin);
            return;
        }

        logger.LogWarning("Start of {Workflow} refused ({Reason}): {Message}", context.Message.Workflow, verdict.Rejected!.Reason, verdict.Rejected.Message);
        await context.Publish(verdict.Rejected, context.CancellationToken);
    }
}

internal sealed class StartRunConsumerDefinition : ConsumerDefinition<StartRunConsumer>
{
    public StartRunConsumerDefinition() => EndpointName = QueueNames.StartRun;

    protected override void ConfigureConsumer(IReceiveEndpointConfigurator endpoint, IConsumerConfigurator<StartRunConsumer> consumer, IRegistrationContext context)
    {
        endpoint.AcceptPlainJson<StartRun>();
        endpoint.UseEntityFrameworkOutbox<OrchestratorDbContext>(context);
    }
}
