namespace Flow.Worker.Execution;

/// <summary>A middleware, as the chain calls it.</summary>
internal delegate Task<ITransition> ChainLink(IServiceProvider services, NodeContext context, Func<Task<ITransition>> next);

/// <summary>The middleware around a call of a handler.</summary>
internal static class HandlerChain
{
    /// <summary>Calls the links in order, each around the next, and at the end the handler.</summary>
    public static Task<ITransition> Run(IReadOnlyList<ChainLink> links, IServiceProvider services, NodeContext context, Func<Task<ITransition>> handler)
    {
        return From(0);

        async Task<ITransition> From(int index) => index == links.Count
            ? await handler()
            : await links[index](services, context, () => From(index + 1))
                ?? throw new InvalidOperationException($"A middleware around handler '{context.Handler}' returned null; return what next() gives, or a transition.");
    }
}
