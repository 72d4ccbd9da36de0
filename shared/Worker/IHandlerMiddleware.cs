namespace Flow.Worker;

/// <summary>
/// Stands around every call of every handler of the worker: measures, checks, answers in its place. Made anew for each call, in the call's dependency scope, which is the handler's too. The one that is
/// added first is the outermost. Added by <see cref="FlowWorkerBuilder.Use{TMiddleware}"/>.
/// </summary>
public interface IHandlerMiddleware
{
    /// <summary>
    /// Calls the rest of the chain and passes its decision on, or decides in its place. An exception, its own or one from further in, fails the attempt as one of the handler does, and is retried as one.
    /// </summary>
    /// <param name="context">The attempt. Its input has not been read as the handler's type yet.</param>
    /// <param name="next">Calls the rest of the chain, at its end the handler; once, or not at all.</param>
    /// <returns>What <paramref name="next"/> gave, or another decision; never null.</returns>
    Task<ITransition> InvokeAsync(NodeContext context, Func<Task<ITransition>> next);
}
