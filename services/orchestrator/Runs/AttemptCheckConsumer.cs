using Flow.Contracts;
using MassTransit;

namespace Flow.Orchestrator.Runs;

/// <summary>Tells workers whether an attempt is still wanted.</summary>
internal sealed class AttemptCheckConsumer(OutstandingAttempts attempts) : IConsumer<CheckAttempt>
{
    public async Task Consume(ConsumeContext<CheckAttempt> context) => await context.RespondAsync(await attempts.CheckAsync(context.Message, context.CancellationToken));
}

internal sealed class AttemptCheckConsumerDefinition : ConsumerDefinition<AttemptCheckConsumer>
{
    public AttemptCheckConsumerDefinition() => EndpointName = QueueNames.AttemptChecks;
}
