using MassTransit;
using MassTransit.Configuration;
using MassTransit.DependencyInjection;
using MassTransit.JobService;
using MassTransit.Middleware;
using MassTransit.Transports;
using Microsoft.EntityFrameworkCore;

namespace Flow.Persistence;

/// <summary>Puts the outbox in front of every event of a saga.</summary>
internal sealed class SagaPipeObserver<TDbContext>(IReceiveEndpointConfigurator endpoint, IRegistrationContext context) : ISagaConfigurationObserver
    where TDbContext : DbContext
{
    public void SagaConfigured<TSaga>(ISagaConfigurator<TSaga> configurator)
        where TSaga : class, ISaga
    {
    }

    public void StateMachineSagaConfigured<TInstance>(ISagaConfigurator<TInstance> configurator, SagaStateMachine<TInstance> stateMachine)
        where TInstance : class, ISaga, SagaStateMachineInstance
    {
    }

    public void SagaMessageConfigured<TSaga, TMessage>(ISagaMessageConfigurator<TSaga, TMessage> configurator)
        where TSaga : class, ISaga
        where TMessage : class
    {
        var options = new SagaOutboxOptions
        {
            ConsumerId = JobMetadataCache<TSaga, TMessage>.GenerateJobTypeId(endpoint.InputAddress.GetEndpointName()),
            ConsumerType = TypeCache<TSaga>.ShortName,
        };
        var filter = new OutboxConsumeFilter<TDbContext, TMessage>(new ConsumeScopeProvider(context), options);
        ((ISagaMessageConfigurator<TMessage>)configurator).AddPipeSpecification(new FilterPipeSpecification<ConsumeContext<TMessage>>(filter));
    }
}
