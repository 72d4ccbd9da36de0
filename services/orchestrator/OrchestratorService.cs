using System.Text.Json.Serialization;
using Flow.Contracts;
using Flow.Hosting;
using Flow.Orchestrator.ChildRuns;
using Flow.Orchestrator.Definitions;
using Flow.Orchestrator.Explaining;
using Flow.Orchestrator.Http;
using Flow.Orchestrator.Intake;
using Flow.Orchestrator.Journals;
using Flow.Orchestrator.MapData;
using Flow.Orchestrator.Payloads;
using Flow.Orchestrator.Permits;
using Flow.Orchestrator.Polling;
using Flow.Orchestrator.Queues;
using Flow.Orchestrator.Records;
using Flow.Orchestrator.Retention;
using Flow.Orchestrator.Runs;
using Flow.Orchestrator.Storage;
using Flow.Orchestrator.Timers;
using Flow.Storage;
using Flow.Persistence;
using Flow.Transports;
using MassTransit;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Flow.Orchestrator;

/// <summary>What the orchestrator adds to a host; also used by <c>flow dev</c>.</summary>
public static class OrchestratorService
{
    /// <summary>Sagas, intake, timers and storage, by the settings <c>Flow:*</c> and <c>ConnectionStrings:Flow</c>.</summary>
    public static WebApplicationBuilder AddOrchestrator(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddOptions<OrchestratorOptions>().BindConfiguration("Flow:Orchestrator").ValidateDataAnnotations().ValidateOnStart();
        services.AddPayloads();
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<TimerAlarm>();
        services.AddSingleton<TimerCommits>();
        services.AddSingleton<ICommitObserver<OrchestratorDbContext>>(provider => provider.GetRequiredService<TimerCommits>());
        services.AddFlowDatabase<OrchestratorDbContext, PostgresOrchestratorDbContext, SqliteOrchestratorDbContext>(
            builder.Configuration,
            (provider, options) => options.AddInterceptors(provider.GetRequiredService<TimerCommits>()));
        services.AddSingleton<IBusPrerequisite, SchemaPrerequisite>();
        services.AddSingleton<WorkflowCatalog>();
        services.AddRuns();
        services.AddScoped<Func<ConsumeContext, IRunTransaction>>(
            provider => context => new RunTransaction(provider.GetRequiredService<OrchestratorDbContext>(), provider.GetRequiredService<WorkflowCatalog>(), provider.GetRequiredService<PayloadStore>(), context));
        services.AddFlowStorage(builder.Configuration);
        services.AddSingleton<MapResults>();
        services.AddScoped<StartRequests>();
        services.AddScoped<RunStarts>();
        services.AddScoped<TokenAnswers>();
        services.AddSingleton<WorkItemPolls>();
        services.AddHostedService(provider => provider.GetRequiredService<WorkItemPolls>());
        services.AddScoped<QueueSteering>();
        services.AddScoped<QueueList>();
        services.AddSingleton<QueuePurge>();
        services.AddScoped<QueueDeletion>();
        services.AddScoped<StrandedItems>();
        services.AddScoped<PermitStore>();
        services.AddHostedService<PermitSweeper>();
        services.AddSingleton<QueueMetrics>();
        services.AddHostedService(provider => provider.GetRequiredService<QueueMetrics>());
        services.AddSingleton<TimerWindow>();
        services.AddHostedService<TimerService>();
        services.AddSingleton<WorkersHeard>();
        services.AddSingleton<EvidenceReader>();
        services.AddScoped<WorkItemList>();
        services.AddScoped<Explainer>();
        services.AddScoped<Remedying>();
        services.AddSingleton<Reconciler>();
        services.AddHostedService(provider => provider.GetRequiredService<Reconciler>());
        services.AddOptions<RetentionOptions>().BindConfiguration("Flow:Orchestrator:Retention").ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<RetentionService>();
        services.AddHostedService(provider => provider.GetRequiredService<RetentionService>());
        services.AddOpenApi();
        services.ConfigureHttpJsonOptions(json =>
        {
            json.SerializerOptions.DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull;
            json.SerializerOptions.Encoder = OrchestratorJson.Options.Encoder;
        });
        services.AddFlowBus(builder.Configuration, AddSagas);
        return builder;
    }

    /// <summary>The HTTP API under <c>/v1</c>, described at <c>/openapi/v1.json</c>.</summary>
    public static WebApplication MapOrchestrator(this WebApplication app)
    {
        app.MapOpenApi();
        WorkflowEndpoints.Map(app);
        RunEndpoints.Map(app);
        JobEndpoints.Map(app);
        SteeringEndpoints.Map(app);
        RecordEndpoints.Map(app);
        WorkItemEndpoints.Map(app);
        QueueEndpoints.Map(app);
        WorkerEndpoints.Map(app);
        PayloadEndpoints.Map(app);
        return app;
    }

    private static void AddSagas(IBusRegistrationConfigurator bus)
    {
        bus.AddConsumeObserver(provider => provider.GetRequiredService<TimerWindow>());
        bus.AddEntityFrameworkOutbox<OrchestratorDbContext>(outbox => outbox.UseBusOutbox());
        bus.AddSagaStateMachine<RunStateMachine, Run, RunSagaDefinition>().EntityFrameworkRepository(r => r.ExistingDbContext<OrchestratorDbContext>());
        bus.AddSagaStateMachine<ScopeStateMachine, RunScope, ScopeSagaDefinition>().EntityFrameworkRepository(r => r.ExistingDbContext<OrchestratorDbContext>());
        bus.AddConsumer<StartRunConsumer, StartRunConsumerDefinition>();
        bus.AddConsumer<ChildRunConsumer, ChildRunConsumerDefinition>();
        bus.AddConsumer<MapDataConsumer, MapDataConsumerDefinition>();
        bus.AddConsumer<PayloadConsumer, PayloadConsumerDefinition>();
        bus.AddConsumer<CancelRunConsumer, CancelRunConsumerDefinition>();
        bus.AddConsumer<PauseRunConsumer, PauseRunConsumerDefinition>();
        bus.AddConsumer<ResumeRunConsumer, ResumeRunConsumerDefinition>();
        bus.AddConsumer<RedriveRunConsumer, RedriveRunConsumerDefinition>();
        bus.AddConsumer<NodeSucceededConsumer, NodeSucceededConsumerDefinition>();
        bus.AddConsumer<NodeFailedConsumer, NodeFailedConsumerDefinition>();
        bus.AddConsumer<NodeHeartbeatConsumer, NodeHeartbeatConsumerDefinition>();
        bus.AddConsumer<NodeLeasedConsumer, NodeLeasedConsumerDefinition>();
        bus.AddConsumer<NodeReleasedConsumer, NodeReleasedConsumerDefinition>();
        bus.AddConsumer<RunJournalConsumer, RunJournalConsumerDefinition>();
        bus.AddConsumer<WorkersHeardConsumer, WorkersHeardConsumerDefinition>();
        bus.AddConsumer<AttemptCheckConsumer, AttemptCheckConsumerDefinition>();
        bus.AddConsumer<QueueCheckConsumer, QueueCheckConsumerDefinition>();
        bus.AddConsumer<PermitConsumer, PermitConsumerDefinition>();
        bus.AddRequestClient<BeginRun>(new Uri($"queue:{Endpoints.Runs}"));
        bus.AddRequestClient<RedriveRun>(new Uri($"queue:{Endpoints.Runs}"));
    }
}
