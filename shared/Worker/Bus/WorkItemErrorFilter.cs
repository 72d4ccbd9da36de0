using Flow.Worker.Execution;
using MassTransit;
using Microsoft.Extensions.Logging;

namespace Flow.Worker.Bus;

/// <summary>Before a body that cannot be read as a work item moves to <c>&lt;queue&gt;_error</c>: tells its run, as far as the body says which.</summary>
internal sealed class WorkItemErrorFilter(IBus bus, Answers answers, ILogger<WorkItemErrorFilter> logger) : IFilter<ExceptionReceiveContext>
{
    public async Task Send(ExceptionReceiveContext context, IPipe<ExceptionReceiveContext> next)
    {
        var reason = context.Exception.GetBaseException().Message;
        var queue = context.InputAddress.AbsolutePath.Split('/')[^1];
        if (ItemIdentity.Find(context.GetBody()) is { } item)
        {
            logger.LogError(context.Exception, "A message of run {RunId} on {Queue} is not a work item; it moves to {Queue}_error.", item.RunId, queue, queue);
            await answers.Failed(bus, item, new Outcome.Failed(WorkerErrors.UndecodableItem, $"The message could not be read as a work item: {reason} It is in {queue}_error."));
        }
        else
        {
            logger.LogError(context.Exception, "A message on {Queue} is not a work item and names no run; it moves to {Queue}_error.", queue, queue);
        }

        await next.Send(context);
    }

    public void Probe(ProbeContext context) => context.CreateFilterScope("workItemError");
}
