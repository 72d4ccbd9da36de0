using System.Collections.Concurrent;
using Flow.Contracts;
using Flow.Worker.Execution;
using MassTransit;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Flow.Worker.Bus;

/// <summary>
/// The items that take longer than a broker waits for an acknowledgement. The orchestrator is told of the lease, and only then is the item acknowledged: from there on it is
/// the lease that brings the item to another worker should this one die.
/// </summary>
internal sealed class Leases(Answers answers, HandlerRunner runner, IOptions<FlowWorkerOptions> options, TimeProvider time, ILogger<Leases> logger)
{
    private readonly ConcurrentDictionary<Task, byte> _open = new();

    /// <summary>Takes an item under a lease. Once this ends, the item may be acknowledged.</summary>
    /// <param name="context">The item's delivery.</param>
    /// <param name="item">The item.</param>
    /// <param name="end">What is to be done with the outcome of the handler.</param>
    public async Task Take(ConsumeContext<NodeWorkItem> context, Outcome.Unfinished item, Func<Outcome, Task> end)
    {
        await answers.Leased(context, options.Value.LeaseSeconds, context.CancellationToken);
        runner.Lease(item.Flight);
        var rest = Keep(context, item, end);
        _open.TryAdd(rest, 0);
        _ = rest.ContinueWith(done => _open.TryRemove(done, out _), TaskScheduler.Default);
    }

    /// <summary>Ends when no item is under a lease any more.</summary>
    public Task Drain() => Task.WhenAll(_open.Keys);

    private async Task Keep(ConsumeContext<NodeWorkItem> context, Outcome.Unfinished item, Func<Outcome, Task> end)
    {
        var outcome = await Renew(context, item.Ending);
        try
        {
            if (outcome is Outcome.HandedBack or Outcome.Held)
                await answers.Released(context, isHeld: outcome is Outcome.Held);
            await end(outcome);
        }
        catch (Exception e)
        {
            logger.LogError(e, "The item of node {Node}, run {RunId}, could not be answered ({Outcome}). Its lease runs out, and it goes to another worker.", context.Message.Node, context.Message.RunId, outcome.Label);
        }
    }

    private async Task<Outcome> Renew(ConsumeContext<NodeWorkItem> context, Task<Outcome> ending)
    {
        var interval = TimeSpan.FromSeconds(options.Value.LeaseSeconds / 3.0);
        using var timer = new PeriodicTimer(interval, time);
        while (await Task.WhenAny(ending, timer.WaitForNextTickAsync().AsTask()) != ending)
        {
            using var limit = new CancellationTokenSource(interval, time);
            try
            {
                await answers.Leased(context, options.Value.LeaseSeconds, limit.Token).WaitAsync(limit.Token);
            }
            catch (Exception e)
            {
                logger.LogWarning(e, "The lease of node {Node}, run {RunId}, could not be renewed; trying again.", context.Message.Node, context.Message.RunId);
            }
        }

        return await ending;
    }
}
