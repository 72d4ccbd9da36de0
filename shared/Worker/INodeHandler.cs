namespace Flow.Worker;

/// <summary>
/// Serves the Task nodes whose Resource names it. Made anew for every work item, in a dependency scope of its own. At least once: an item may be
/// handled again after a crash, and only one result per <see cref="NodeContext.Token"/> counts.
/// </summary>
/// <typeparam name="TInput">Read from the item's input; what does not fit fails the attempt as <c>Flow.InvalidInput</c> before the handler is called.</typeparam>
/// <typeparam name="TOutput">Written as the node's result.</typeparam>
public interface INodeHandler<TInput, TOutput>
{
    /// <summary>
    /// Handles one attempt. An exception fails the attempt with the mapped or full name of its type as Error and its message as Cause, and never stops the worker.
    /// Watch <see cref="NodeContext.CancellationToken"/>: it is cancelled on timeout, when the run is cancelled, and when the worker has to stop.
    /// </summary>
    Task<Transition<TOutput>> HandleAsync(TInput input, NodeContext context);
}
