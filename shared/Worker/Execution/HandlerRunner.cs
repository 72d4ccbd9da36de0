using System.Text.Json;
using Flow.Worker.Handlers;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Flow.Worker.Execution;

/// <summary>Calls handlers, never more than the worker's concurrency at once, and turns whatever they do into an outcome.</summary>
internal sealed class HandlerRunner(
    IServiceScopeFactory scopes, FlowWorkerBuilder worker, FailureReport failures, FlightBoard board, IOptions<FlowWorkerOptions> options, ILogger<HandlerRunner> logger)
    : IDisposable
{
    private readonly SemaphoreSlim _slots = new(options.Value.Concurrency);

    /// <summary>Waits for a free slot, which the next <see cref="Run"/> takes.</summary>
    public Task EnterAsync(CancellationToken cancellationToken) => _slots.WaitAsync(cancellationToken);

    public void Leave() => _slots.Release();

    /// <summary>
    /// Runs the handler until it ends or its flight is cancelled, whichever is first. A handler that does not observe cancellation keeps its slot, and its
    /// place among the items in flight, until it ends; its result is dropped.
    /// </summary>
    public async Task<Outcome> Run(HandlerRegistration handler, Flight flight, NodeContext context)
    {
        var running = Call(handler, flight, context);
        try
        {
            return await running.WaitAsync(flight.Token);
        }
        catch (OperationCanceledException) when (flight.Token.IsCancellationRequested)
        {
            if (!running.IsCompleted)
            {
                logger.LogWarning("Handler {Handler} was told to stop and has not yet; its slot is taken until it ends.", handler.Name);
                _ = running.ContinueWith(t => t.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
            }

            return flight.WhenCancelled();
        }
        catch (Exception e)
        {
            logger.LogWarning(e, "Handler {Handler} failed.", handler.Name);
            return failures.Of(e);
        }
    }

    public void Dispose() => _slots.Dispose();

    private async Task<Outcome> Call(HandlerRegistration handler, Flight flight, NodeContext context)
    {
        // Off the consumer's thread: a handler that blocks before its first await must not keep its own timeout from being seen.
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            var decision = await handler.Call(scope.ServiceProvider, flight.Item.Input, context, worker.Json);
            return decision.Kind switch
            {
                TransitionKind.Abort => failures.Of(decision),
                TransitionKind.Hold => new Outcome.Held(),
                _ => Output(handler, decision.WriteOutput(worker.Json)),
            };
        }
        finally
        {
            board.Remove(flight);
            flight.Dispose();
            _slots.Release();
        }
    }

    private Outcome Output(HandlerRegistration handler, byte[] output)
    {
        var limit = options.Value.MaxOutputBytes;
        if (output.Length > limit)
        {
            return new Outcome.Failed(
                WorkerErrors.DataLimitExceeded,
                $"The output of handler '{handler.Name}' is {output.Length} bytes; the limit is {limit} ({FlowWorkerOptions.Section}:{nameof(options.Value.MaxOutputBytes)}).");
        }

        return new Outcome.Succeeded(JsonElement.Parse(output));
    }
}
