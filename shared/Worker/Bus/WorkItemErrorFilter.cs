using System.Diagnostics;
using Flow.Worker.Execution;
using MassTransit;
using MassTransit.Transports;
using Microsoft.Extensions.Logging;

namespace Flow.Worker.Bus;

/// <summary>
/// Puts aside what is no work item, with the reason, and tells its run as far as the body says which: what cannot be read to <c>&lt;queue&gt;_error</c>, a message of another type
/// to <c>&lt;queue&gt;_skipped</c>.
/// </summary>
internal sealed class WorkItemErrorFilter(Answers answers, ILogger<WorkItemErrorFilter> logger) : IFilter<ExceptionReceiveContext>, IFilter<ReceiveContext>
{
    public async Task Send(ExceptionReceiveContext context, IPipe<ExceptionReceiveContext> next)
    {
        await Tell(context, context.Exception.GetBaseException().Message, "_error");
        await next.Send(context);
        // A message that is neither delivered nor faulted would be taken for a skipped one too.
        await context.NotifyFaulted(context.Exception);
    }

    public async Task Send(ReceiveContext context, IPipe<ReceiveContext> next)
    {
        if (!context.TryGetPayload<IDeadLetterTransport>(out var skipped))
            throw new UnreachableException("The receive endpoint has no dead-letter transport.");
        const string Reason = "Its message type is not NodeWorkItem.";
        await Tell(context, Reason, "_skipped");
        await skipped.Send(context, $"{WorkerErrors.UndecodableItem}: {Reason}");
        await next.Send(context);
    }

    public void Probe(ProbeContext context) => context.CreateFilterScope("workItemError");

    private async Task Tell(ReceiveContext context, string reason, string suffix)
    {
        var aside = context.InputAddress.AbsolutePath.Split('/')[^1] + suffix;
        var item = ItemIdentity.Find(context.GetBody());
        logger.LogError("A message of run {RunId} is not a work item: {Reason} It moves to {Queue}.", item?.RunId.ToString() ?? "(none named)", reason, aside);
        if (item is not null)
            await answers.Failed(item, new Outcome.Failed(WorkerErrors.UndecodableItem, $"The message could not be read as a work item: {reason} It is in {aside}."));
    }
}
