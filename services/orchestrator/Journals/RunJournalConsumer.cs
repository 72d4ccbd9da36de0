using Flow.Contracts;
using Flow.Orchestrator.Storage;
using MassTransit;

namespace Flow.Orchestrator.Journals;

/// <summary>Answers handlers that read the journal of their run.</summary>
internal sealed class RunJournalConsumer(OrchestratorDbContext db) : IConsumer<ReadRunJournal>
{
    public async Task Consume(ConsumeContext<ReadRunJournal> context) => await context.RespondAsync(await RunJournal.ReadAsync(db, context.Message, context.CancellationToken));
}

internal sealed class RunJournalConsumerDefinition : ConsumerDefinition<RunJournalConsumer>
{
    public RunJournalConsumerDefinition() => EndpointName = QueueNames.RunJournal;

    protected override void ConfigureConsumer(IReceiveEndpointConfigurator endpoint, IConsumerConfigurator<RunJournalConsumer> consumer, IRegistrationContext context) =>
        endpoint.ConfigureConsumeTopology = false;
}
