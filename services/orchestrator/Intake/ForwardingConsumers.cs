using Flow.Contracts;
using Flow.Orchestrator.Payloads;
using Flow.Orchestrator.Runs;
using Flow.Orchestrator.Storage;
using Flow.StatesLanguage;
using Flow.Transports;
using MassTransit;

namespace Flow.Orchestrator.Intake;

/// <summary>
/// Plain JSON names no type, so each message that others may send has a queue of its own with exactly one type, from which it is handed on to
/// the saga that holds its scope. The message id goes with it: what comes twice is recognised there.
/// </summary>
internal abstract class ForwardingConsumer<TMessage>(Func<TMessage, Uri> saga) : IConsumer<TMessage>
    where TMessage : class
{
    public virtual Task Consume(ConsumeContext<TMessage> context) => ForwardAsync(context, context.Message);

    protected Task ForwardAsync<T>(ConsumeContext<TMessage> context, T message)
        where T : class => context.Send(saga(context.Message), message, (SendContext<T> send) => send.MessageId = context.MessageId);
}

internal sealed class CancelRunConsumer() : ForwardingConsumer<CancelRun>(m => Endpoints.For(m.RunId, m.RunId));

internal sealed class PauseRunConsumer() : ForwardingConsumer<PauseRun>(m => Endpoints.For(m.RunId, m.RunId));

internal sealed class ResumeRunConsumer() : ForwardingConsumer<ResumeRun>(m => Endpoints.For(m.RunId, m.RunId));

internal sealed class RedriveRunConsumer() : ForwardingConsumer<RedriveRun>(m => Endpoints.For(m.RunId, m.RunId));

/// <summary>What could not be sent on becomes a failure, or is stored.</summary>
internal sealed class NodeSucceededConsumer(OrchestratorDbContext db, PayloadStore payloads) : ForwardingConsumer<NodeSucceeded>(m => Endpoints.For(m.RunId, m.ScopeId))
{
    public override async Task Consume(ConsumeContext<NodeSucceeded> context)
    {
        if (Transition.FaultOf(context.Message) is { } failed)
            await ForwardAsync(context, failed);
        else
            await ForwardAsync(context, await FitAsync(context.Message, context.CancellationToken));
    }

    private async Task<NodeSucceeded> FitAsync(NodeSucceeded message, CancellationToken cancellationToken)
    {
        if (payloads.Limits.Holds(message, message.Output))
            return message;
        // Deleted with the attempt, however often it is stored.
        var reference = payloads.Add(message.RunId, message.ScopeId, message.Token, message.Output);
        await db.SaveChangesAsync(cancellationToken);
        return message with { Output = default, OutputReference = reference };
    }
}

internal sealed class NodeFailedConsumer(PayloadLimits limits) : ForwardingConsumer<NodeFailed>(m => Endpoints.For(m.RunId, m.ScopeId))
{
    public override Task Consume(ConsumeContext<NodeFailed> context) => ForwardAsync(context, Fitting.Fit(limits.Message, context.Message.Details is { } details && !Interpreter.Accepts(details) ? context.Message with { Details = null } : context.Message));
}

internal sealed class NodeHeartbeatConsumer() : ForwardingConsumer<NodeHeartbeat>(m => Endpoints.For(m.RunId, m.ScopeId))
{
    public override Task Consume(ConsumeContext<NodeHeartbeat> context) =>
        ForwardAsync(context, context.Message.Progress is { } progress && !Interpreter.Accepts(progress) ? context.Message with { Progress = null } : context.Message);
}

internal sealed class NodeLeasedConsumer() : ForwardingConsumer<NodeLeased>(m => Endpoints.For(m.RunId, m.ScopeId));

internal sealed class NodeReleasedConsumer() : ForwardingConsumer<NodeReleased>(m => Endpoints.For(m.RunId, m.ScopeId));

internal abstract class ForwardingDefinition<TConsumer, TMessage> : ConsumerDefinition<TConsumer>
    where TConsumer : class, IConsumer
    where TMessage : class
{
    protected ForwardingDefinition(string queue) => EndpointName = queue;

    protected override void ConfigureConsumer(IReceiveEndpointConfigurator endpoint, IConsumerConfigurator<TConsumer> consumer, IRegistrationContext context) =>
        endpoint.AcceptPlainJson<TMessage>();
}

internal sealed class CancelRunConsumerDefinition() : ForwardingDefinition<CancelRunConsumer, CancelRun>(QueueNames.CancelRun);

internal sealed class PauseRunConsumerDefinition() : ForwardingDefinition<PauseRunConsumer, PauseRun>(QueueNames.PauseRun);

internal sealed class ResumeRunConsumerDefinition() : ForwardingDefinition<ResumeRunConsumer, ResumeRun>(QueueNames.ResumeRun);

internal sealed class RedriveRunConsumerDefinition() : ForwardingDefinition<RedriveRunConsumer, RedriveRun>(QueueNames.RedriveRun);

internal sealed class NodeSucceededConsumerDefinition() : ForwardingDefinition<NodeSucceededConsumer, NodeSucceeded>(QueueNames.NodeSucceeded);

internal sealed class NodeFailedConsumerDefinition() : ForwardingDefinition<NodeFailedConsumer, NodeFailed>(QueueNames.NodeFailed);

internal sealed class NodeHeartbeatConsumerDefinition() : ForwardingDefinition<NodeHeartbeatConsumer, NodeHeartbeat>(QueueNames.NodeHeartbeat);

internal sealed class NodeLeasedConsumerDefinition() : ForwardingDefinition<NodeLeasedConsumer, NodeLeased>(QueueNames.NodeLeased);

internal sealed class NodeReleasedConsumerDefinition() : ForwardingDefinition<NodeReleasedConsumer, NodeReleased>(QueueNames.NodeReleased);
