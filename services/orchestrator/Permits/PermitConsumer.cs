using Flow.Contracts;
using MassTransit;

namespace Flow.Orchestrator.Permits;

/// <summary>Gives workers permits of the rates they share. One that dies after the reservation and before the answer has cost permits, and given none twice.</summary>
internal sealed class PermitConsumer(PermitStore permits) : IConsumer<ReservePermits>
{
    public async Task Consume(ConsumeContext<ReservePermits> context) => await context.RespondAsync(await permits.ReserveAsync(context.Message, context.CancellationToken));
}

internal sealed class PermitConsumerDefinition : ConsumerDefinition<PermitConsumer>
{
    public PermitConsumerDefinition() => EndpointName = QueueNames.Permits;
}
