using MassTransit;

namespace Flow.Persistence;

/// <summary>Statements that need no answer, from within a consumer.</summary>
public static class LaterStatements
{
    /// <summary>
    /// Has a statement run in the transaction of the message, after the rows of the context are written and in the order of these calls. It costs no round trip of its own where
    /// several messages share a commit.
    /// </summary>
    /// <param name="context">The message being consumed, on an endpoint with <c>UseEntityFrameworkOutbox</c>.</param>
    /// <param name="sql">The statement; the values in it become parameters.</param>
    /// <exception cref="InvalidOperationException">The endpoint has no outbox, so there is no such transaction.</exception>
    public static void ExecuteLater(this ConsumeContext context, FormattableString sql)
    {
        ArgumentNullException.ThrowIfNull(context);
        if (!context.TryGetPayload(out IConsumeTransaction? transaction))
            throw new InvalidOperationException($"The message on {context.ReceiveContext.InputAddress} has no transaction. Call UseEntityFrameworkOutbox on its endpoint.");
        transaction.Later(sql);
    }
}
