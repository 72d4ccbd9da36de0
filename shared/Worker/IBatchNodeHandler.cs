namespace Flow.Worker;

/// <summary>
/// Serves Task nodes as <see cref="INodeHandler{TInput,TOutput}"/> does, but several items of one node of one run in one call: those of a Map, as they come. Each stays an attempt of its own, with its own
/// message, time limit, cancellation, lease, journal and result; a batch is gone with its call. Made anew for every batch, in a dependency scope of its own. How many items come together, and how long the first
/// waits for others, say <see cref="HandlerPolicy.BatchMaxItems"/> and <see cref="HandlerPolicy.BatchMaxWaitSeconds"/>. At least once, as ever.
/// </summary>
/// <typeparam name="TInput">Read from each item's input; an item that does not fit fails alone as <c>Flow.InvalidInput</c>, before it joins a batch.</typeparam>
/// <typeparam name="TOutput">Written as each node's result.</typeparam>
public interface IBatchNodeHandler<TInput, TOutput>
{
    /// <summary>
    /// Handles a batch. An exception fails each of its items, as one of a handler fails its item; <see cref="Transition.Abort"/> fails one item and leaves the others be. What is returned for an item whose
    /// time was up, or whose run was cancelled, meanwhile is dropped.
    /// </summary>
    /// <param name="items">One item at least, <see cref="HandlerPolicy.BatchMaxItems"/> at the most. The token of each is in its context.</param>
    /// <param name="cancellationToken">Cancelled once each of the items is.</param>
    /// <returns>A decision for each item, in their order. Any other number of them fails each item.</returns>
    Task<IReadOnlyList<Transition<TOutput>>> HandleAsync(IReadOnlyList<BatchItem<TInput>> items, CancellationToken cancellationToken);
}

/// <summary>An item of a batch.</summary>
/// <param name="Input">Its input.</param>
/// <param name="Context">Its attempt.</param>
public sealed record BatchItem<TInput>(TInput Input, NodeContext Context);
