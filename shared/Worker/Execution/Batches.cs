using Flow.Worker.Policies;
using Microsoft.Extensions.DependencyInjection;

namespace Flow.Worker.Execution;

/// <summary>Calls a batch handler.</summary>
internal delegate Task<IReadOnlyList<Transition<TOutput>>> BatchCall<TInput, TOutput>(IServiceProvider services, IReadOnlyList<BatchItem<TInput>> items, CancellationToken cancellationToken);

/// <summary>Stands in front of a batch handler: gathers items of one node of one run until they are enough or the first has waited, and calls it once for all of them.</summary>
internal sealed class Batches<TInput, TOutput>(string handler, BatchRules rules, BatchCall<TInput, TOutput> call, IServiceScopeFactory scopes, TimeProvider time)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<(Guid RunId, string Node), Batch> _open = [];

    /// <summary>Handles an item together with others. One that is cancelled before its batch begins leaves it; afterwards it ends with its batch, so that its place stays taken as long.</summary>
    public async Task<ITransition> Run(TInput input, NodeContext context)
    {
        var seat = new Seat(new BatchItem<TInput>(input, context));
        var batch = Join(seat);
        await using var leaving = context.CancellationToken.UnsafeRegister(_ => Leave(batch), null);
        return await seat.Decision.Task;
    }

    private Batch Join(Seat seat)
    {
        var key = (seat.Item.Context.RunId, seat.Item.Context.Node);
        Batch? batch;
        bool isFull;
        lock (_lock)
        {
            if (!_open.TryGetValue(key, out batch))
            {
                batch = new Batch();
                batch.Due = time.CreateTimer(state => Begin(key, (Batch)state!), batch, rules.MaxWait, Timeout.InfiniteTimeSpan);
                _open[key] = batch;
            }

            batch.Seats.Add(seat);
            batch.LetGo();
            isFull = batch.Seats.Count == rules.MaxItems;
            if (isFull)
                _open.Remove(key);
        }

        if (isFull)
            Begin(key, batch);
        return batch;
    }

    private void Leave(Batch batch)
    {
        lock (_lock)
        {
            if (!batch.HasBegun)
                batch.LetGo();
        }
    }

    private void Begin((Guid RunId, string Node) key, Batch batch)
    {
        lock (_lock)
        {
            if (batch.HasBegun)
                return;
            batch.LetGo();
            batch.HasBegun = true;
            if (_open.TryGetValue(key, out var open) && open == batch)
                _open.Remove(key);
        }

        batch.Due?.Dispose();
        // On a thread of its own, and in no item's log scope and span: it is every item's.
        if (batch.Seats.Count > 0)
            ThreadPool.UnsafeQueueUserWorkItem(seats => _ = Handle(seats), batch.Seats, preferLocal: false);
    }

    private async Task Handle(IReadOnlyList<Seat> seats)
    {
        try
        {
            var decisions = await Call([.. seats.Select(s => s.Item)]);
            if (decisions is null || decisions.Count != seats.Count)
                throw new InvalidOperationException($"Batch handler '{handler}' returned {decisions?.Count ?? 0} decisions for {seats.Count} items; return one for each, in their order.");
            foreach (var (seat, decision) in seats.Zip(decisions))
            {
                if (decision is not null)
                    seat.Decision.SetResult(decision);
                else
                    seat.Decision.SetException(new InvalidOperationException($"Batch handler '{handler}' returned null for an item; return Transition.Next(output), NextAll, Hold or Abort."));
            }
        }
        catch (Exception e)
        {
            foreach (var seat in seats)
                seat.Decision.TrySetException(e);
        }
    }

    private async Task<IReadOnlyList<Transition<TOutput>>?> Call(IReadOnlyList<BatchItem<TInput>> items)
    {
        using var all = new CancellationTokenSource();
        var wanted = items.Count;
        var registrations = items.Select(item => item.Context.CancellationToken.UnsafeRegister(_ => Unwant(), null)).ToList();
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            return await call(scope.ServiceProvider, items, all.Token);
        }
        finally
        {
            foreach (var registration in registrations)
                await registration.DisposeAsync();
        }

        void Unwant()
        {
            if (Interlocked.Decrement(ref wanted) == 0)
                all.Cancel();
        }
    }

    /// <summary>Items that are handled together.</summary>
    private sealed class Batch
    {
        public List<Seat> Seats { get; } = [];

        public ITimer? Due { get; set; }

        /// <summary>From now on nobody joins or leaves.</summary>
        public bool HasBegun { get; set; }

        /// <summary>
        /// Lets those go that are cancelled. It goes by their tokens, not by whose cancellation has called back: an item's failure may be known elsewhere, and the next item here, before that.
        /// </summary>
        public void LetGo() => Seats.RemoveAll(seat => seat.Item.Context.CancellationToken is { IsCancellationRequested: true } cancelled && seat.Decision.TrySetCanceled(cancelled));
    }

    private sealed class Seat(BatchItem<TInput> item)
    {
        public BatchItem<TInput> Item => item;

        public TaskCompletionSource<ITransition> Decision { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
