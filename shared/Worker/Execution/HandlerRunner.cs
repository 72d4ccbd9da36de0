using System.Text.Json;
using Flow.Contracts;
using Flow.Worker.Handlers;
using Flow.Worker.Policies;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Flow.Worker.Execution;

/// <summary>Calls handlers, never more than the worker's concurrency at once, and turns whatever they do into an outcome.</summary>
internal sealed class HandlerRunner(
    IServiceScopeFactory scopes,
    FlowWorkerBuilder worker,
    PolicyBook policies,
    HandlerGates gates,
    Admission admission,
    Retries retries,
    FailureReport failures,
    FlightBoard board,
    Places places,
    IOptions<FlowWorkerOptions> options,
    TimeProvider time,
    ILogger<HandlerRunner> logger) : IDisposable
{
    /// <summary>Lets the queue be closed, which would deliver the item again at once.</summary>
    private static readonly TimeSpan PauseBeforeReturn = TimeSpan.FromSeconds(1);

    private readonly CancellationTokenSource _closed = new();
    private readonly CancellationTokenSource _abandoned = new();

    /// <summary>From now on items are handed back instead of started.</summary>
    public Task Close() => _closed.CancelAsync();

    /// <summary>From now on nothing is waited for: the handlers are told to stop, and their items are handed back.</summary>
    public Task Abandon() => _abandoned.CancelAsync();

    /// <summary>
    /// Waits for the handler's turn and a place, and runs the handler until it ends or its flight is cancelled, whichever is first, or until it has taken long. A handler that does not observe
    /// cancellation keeps its place, and counts as in flight, until it ends; its result is dropped.
    /// </summary>
    /// <param name="handler">The handler.</param>
    /// <param name="item">The item.</param>
    /// <param name="rateKey">What its calls are counted by, if its handler's rate is counted by a key.</param>
    /// <param name="begin">Called once the place is taken, before the handler.</param>
    /// <param name="delivery">Cancelled when the item does not belong to this worker any more.</param>
    /// <param name="paused">Cancelled when nothing of the item's queue is to begin.</param>
    public async Task<Outcome> Run(
        HandlerRegistration handler, NodeWorkItem item, string? rateKey, Func<Flight, Task<NodeContext>> begin, CancellationToken delivery, CancellationToken paused)
    {
        var gate = gates[handler.Name];
        Entry entered;
        try
        {
            using var entry = CancellationTokenSource.CreateLinkedTokenSource(_closed.Token, delivery, paused);
            entered = await admission.EnterAsync(gate, item.Priority, rateKey, entry.Token);
            if (entered.As == Admitted.NotNow)
                return new Outcome.Deferred();
        }
        catch (OperationCanceledException)
        {
            return paused.IsCancellationRequested ? await HandBack(delivery) : new Outcome.HandedBack();
        }

        if (entered.As == Admitted.Full)
            return await HandBack(delivery);

        var flight = new Flight(item, item.TimeoutSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : policies[handler].Timeout, time, logger, delivery, _abandoned.Token)
        {
            RateKey = rateKey,
            Permit = entered.Permit,
        };
        board.Add(flight);
        NodeContext context;
        try
        {
            if (board.Refusal(item) is { } refusal)
            {
                Refrain();
                return refusal;
            }

            if (paused.IsCancellationRequested)
            {
                Refrain();
                return await HandBack(delivery);
            }

            context = await begin(flight);
        }
        catch (OperationCanceledException) when (flight.Token.IsCancellationRequested)
        {
            Refrain();
            return flight.WhenCancelled();
        }
        catch
        {
            Refrain();
            throw;
        }

        var ending = Await(Call(handler, flight, context), handler, flight, entered.As);
        try
        {
            return await ending.WaitAsync(TimeSpan.FromSeconds(options.Value.LeaseAfterSeconds), time, CancellationToken.None);
        }
        catch (TimeoutException)
        {
            return new Outcome.Unfinished(flight, ending);
        }

        void Refrain()
        {
            Land(flight);
            gate.End(entered.As == Admitted.OnTrial, failed: null);
        }
    }

    /// <summary>The item is under a lease from now on: it stays here, whatever becomes of its delivery.</summary>
    public void Lease(Flight flight)
    {
        if (!flight.TryLease())
            return;
        gates[flight.Item.Handler].Lease();
        places.Lease();
    }

    public void Dispose()
    {
        _closed.Dispose();
        _abandoned.Dispose();
    }

    private async Task<Outcome> HandBack(CancellationToken delivery)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(_closed.Token, delivery);
        await Task.Delay(PauseBeforeReturn, time, end.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return new Outcome.HandedBack();
    }

    private async Task<Outcome> Await(Task<Outcome> running, HandlerRegistration handler, Flight flight, Admitted admitted)
    {
        var outcome = await End(running, handler, flight);
        gates[handler.Name].End(admitted == Admitted.OnTrial, outcome switch
        {
            Outcome.Failed { IsHandlersFault: true } => true,
            Outcome.Succeeded or Outcome.Held => false,
            _ => null,
        });
        return outcome;
    }

    private async Task<Outcome> End(Task<Outcome> running, HandlerRegistration handler, Flight flight)
    {
        try
        {
            return await running.WaitAsync(flight.Token);
        }
        catch (Exception) when (flight.Token.IsCancellationRequested)
        {
            if (!running.IsCompleted)
            {
                logger.LogWarning("Handler {Handler} was told to stop and has not yet; its place is taken until it ends.", handler.Name);
                _ = running.ContinueWith(t => t.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
            }

            return flight.WhenCancelled();
        }
        catch (Exception e)
        {
            logger.LogWarning(e, "Handler {Handler} failed.", handler.Name);
            return failures.Of(e) with { IsHandlersFault = !policies[handler].Retry.IsNever(failures.ErrorName(e), e) && e is not (InvalidInputException or JournalException) };
        }
    }

    private async Task<Outcome> Call(HandlerRegistration handler, Flight flight, NodeContext context)
    {
        // Off the consumer's thread: a handler that blocks before its first await must not keep its own timeout from being seen.
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        var (gate, rules) = (gates[handler.Name], policies[handler].Retry);
        // What the item says comes before what is said of its handler.
        if (flight.Item.MaxCalls is { } most)
            rules = rules with { MaxAttempts = Math.Max(1, most) };
        try
        {
            // Reading a large input may take longer than a permit is good for.
            if (flight.Permit is { HasLapsed: true })
                await gate.Shared!.UseAsync(flight.RateKey, flight.Token);
            return await retries.Run(handler.Name, rules, gate, flight, () => Once(handler, rules, flight, context));
        }
        finally
        {
            Land(flight);
        }
    }

    private async Task<Outcome> Once(HandlerRegistration handler, RetryRules rules, Flight flight, NodeContext context)
    {
        context.Journal.Restart();
        await using var scope = scopes.CreateAsyncScope();
        var decision = await HandlerChain.Run(worker.Middleware, scope.ServiceProvider, context, () => handler.Call(scope.ServiceProvider, context, worker.Json));
        // What a handler returns once it was told to stop is not a result.
        flight.Token.ThrowIfCancellationRequested();
        var journal = context.Journal.Close();
        return decision.Kind switch
        {
            TransitionKind.Abort => failures.Of(decision) with { IsHandlersFault = rules.IsTransient(decision.Error!, null) },
            TransitionKind.Hold when journal.Count > 0 => throw Unheld(journal),
            TransitionKind.Hold => new Outcome.Held(),
            _ when flight.Item.WaitsForToken && journal.Count > 0 => throw Unheld(journal),
            _ when flight.Item.WaitsForToken => new Outcome.Held(),
            _ => Output(handler, decision.WriteOutput(worker.Json), journal),
        };
    }

    private void Land(Flight flight)
    {
        board.Remove(flight);
        var wasLeased = flight.Land();
        gates[flight.Item.Handler].Leave(flight.Item.Priority, wasLeased);
        places.Leave(flight.Item.Priority, wasLeased);
    }

    private Outcome Output(HandlerRegistration handler, byte[] output, IReadOnlyList<JournalEntry> journal)
    {
        var limit = options.Value.MaxOutputBytes;
        if (output.Length > limit)
        {
            return new Outcome.Failed(
                WorkerErrors.DataLimitExceeded,
                $"The output of handler '{handler.Name}' is {output.Length} bytes; the limit is {limit} ({FlowWorkerOptions.Section}:{nameof(options.Value.MaxOutputBytes)}).");
        }

        return new Outcome.Succeeded(JsonElement.Parse(output), journal);
    }

    private static JournalException Unheld(IReadOnlyList<JournalEntry> journal) => new(
        $"The handler appended {journal.Count} entries to the journal, the first '{journal[0].Kind}', but whoever holds the Token completes the node: let that answer carry them.");
}
