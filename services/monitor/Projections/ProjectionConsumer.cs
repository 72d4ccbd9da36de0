using Flow.Contracts;
using MassTransit;

namespace Flow.Monitor.Projections;

/// <summary>Takes everything that happens to runs, on the queue <c>flow-monitor</c>.</summary>
internal sealed class ProjectionConsumer(ProjectionWriter writer) :
    IConsumer<RunAdvanced>,
    IConsumer<RunStarted>,
    IConsumer<RunSucceeded>,
    IConsumer<RunFailed>,
    IConsumer<RunCancelled>,
    IConsumer<RunTimedOut>,
    IConsumer<RunPaused>,
    IConsumer<RunResumed>,
    IConsumer<RunRedriven>,
    IConsumer<RunRejected>,
    IConsumer<NodeStarted>,
    IConsumer<NodeDeadLettered>
{
    public Task Consume(ConsumeContext<RunAdvanced> context) => writer.WriteAsync(context.Message);

    public Task Consume(ConsumeContext<RunStarted> context) => writer.WriteAsync(context.Message);

    public Task Consume(ConsumeContext<RunSucceeded> context) => writer.WriteAsync(context.Message);

    public Task Consume(ConsumeContext<RunFailed> context) => writer.WriteAsync(context.Message);

    public Task Consume(ConsumeContext<RunCancelled> context) => writer.WriteAsync(context.Message);

    public Task Consume(ConsumeContext<RunTimedOut> context) => writer.WriteAsync(context.Message);

    public Task Consume(ConsumeContext<RunPaused> context) => writer.WriteAsync(context.Message);

    public Task Consume(ConsumeContext<RunResumed> context) => writer.WriteAsync(context.Message);

    public Task Consume(ConsumeContext<RunRedriven> context) => writer.WriteAsync(context.Message);

    public Task Consume(ConsumeContext<RunRejected> context) => writer.WriteAsync(context.Message);

    public Task Consume(ConsumeContext<NodeStarted> context) => writer.WriteAsync(context.Message);

    public Task Consume(ConsumeContext<NodeDeadLettered> context) => writer.WriteAsync(context.Message);
}

/// <summary>As many in flight as a group holds, so that groups fill.</summary>
internal sealed class ProjectionConsumerDefinition : ConsumerDefinition<ProjectionConsumer>
{
    public ProjectionConsumerDefinition(Microsoft.Extensions.Options.IOptions<MonitorOptions> options)
    {
        EndpointName = "flow-monitor";
        ConcurrentMessageLimit = options.Value.BatchSize;
        Endpoint(e => e.PrefetchCount = options.Value.BatchSize * 2);
    }
}

/// <summary>Takes heartbeats on a queue of their own, <c>flow-monitor-workers</c>, so that a backlog of events makes no worker look dead.</summary>
internal sealed class HeartbeatConsumer(ProjectionWriter writer) : IConsumer<WorkerHeartbeat>
{
    public Task Consume(ConsumeContext<WorkerHeartbeat> context) => writer.WriteAsync(context.Message);
}

internal sealed class HeartbeatConsumerDefinition : ConsumerDefinition<HeartbeatConsumer>
{
    public HeartbeatConsumerDefinition() => EndpointName = "flow-monitor-workers";
}
