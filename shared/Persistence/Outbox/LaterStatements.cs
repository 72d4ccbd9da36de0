using MassTransit;

namespace Flow.Persistence;

/// <summary>What a consumer may ask of the transaction of its message.</summary>
public static class LaterStatements
{
    /// <summary>
    /// Has a statement run in the transaction of the message, after the rows of the context are written and in the order of these calls. It costs no round trip of its own where
    /// several messages share a commit.
    /// </summary>
    /// <param name="context">The message being consumed, on an endpoint with <c>UseEntityFrameworkOutbox</c>.</param>
    /// <param name="sql">The statement; the values in it become parameters.</param>
    /// <exception cref="InvalidOperationException">The endpoint has no outbox, so there is no such transaction.</exception>
    public static void ExecuteLater(this ConsumeContext context, FormattableString sql) => Transaction(context).Later(sql);

    /// <summary>
    /// Says that what follows needs the message's transaction for itself: statements through the context that must see its rows, or that lock others. A message that shares its transaction with
    /// others is handled again from the start, alone. Such statements do that by themselves; said before them, it saves the attempt and a line in the log.
    /// </summary>
    /// <param name="context">The message being consumed, on an endpoint with <c>UseEntityFrameworkOutbox</c>.</param>
    /// <exception cref="InvalidOperationException">The endpoint has no outbox, so there is no such transaction.</exception>
    public static void RequireOwnTransaction(this ConsumeContext context) => Transaction(context).RequireOwn();

    private static IConsumeTransaction Transaction(ConsumeContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return context.TryGetPayload(out IConsumeTransaction? transaction)
            ? transaction
            : throw new InvalidOperationException($"The message on {context.ReceiveContext.InputAddress} has no transaction. Call UseEntityFrameworkOutbox on its endpoint.");
    }
}
