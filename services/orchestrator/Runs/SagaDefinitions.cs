using Flow.Orchestrator.Storage;
using MassTransit;
using Microsoft.Extensions.Options;

namespace Flow.Orchestrator.Runs;

/// <summary>How a saga's endpoint is set up: addressed by name only, the outbox around it, nothing decided in the machine.</summary>
internal abstract class ScopeSagaDefinition<TState> : SagaDefinition<TState>
    where TState : ScopeState
{
    protected ScopeSagaDefinition(string endpointName, IOptions<OrchestratorOptions> options)
    {
        EndpointName = endpointName;
        ConcurrentMessageLimit = options.Value.Concurrency;
    }

    protected override void ConfigureSaga(IReceiveEndpointConfigurator endpoint, ISagaConfigurator<TState> saga, IRegistrationContext context)
    {
        endpoint.ConfigureConsumeTopology = false;
        endpoint.UseEntityFrameworkOutbox<OrchestratorDbContext>(context);
    }
}

internal sealed class RunSagaDefinition(IOptions<OrchestratorOptions> options) : ScopeSagaDefinition<Run>(Endpoints.Runs, options);

internal sealed class ScopeSagaDefinition(IOptions<OrchestratorOptions> options) : ScopeSagaDefinition<RunScope>(Endpoints.Scopes, options);
