using MassTransit;
using MassTransit.Middleware;
using MassTransit.Middleware.Outbox;
using Microsoft.EntityFrameworkCore;

namespace Flow.Persistence;

/// <summary>What a consumer sees while the outbox captures its sends.</summary>
internal sealed class OutboxConsumeContext<TDbContext, TMessage>(
    ConsumeContext<TMessage> context, OutboxConsumeOptions options, IServiceProvider provider, ConsumeTransaction<TDbContext> transaction, TimeProvider time)
    : OutboxConsumeContextProxy<TMessage>(context, options, provider), IConsumeTransaction
    where TDbContext : DbContext
    where TMessage : class
{
    /// <summary>The message has been consumed, now or before, and its messages have been sent.</summary>
    public bool IsDone { get; set; }

    public override bool ContinueProcessing { get; set; }

    public override bool IsMessageConsumed => IsDone;

    public override bool IsOutboxDelivered => IsDone;

    public override int ReceiveCount => 1;

    public override long? LastSequenceNumber => null;

    public DbContext Context => transaction.Context;

    public Task<bool> BeginAsync(CancellationToken cancellationToken) => transaction.BeginAsync(cancellationToken);

    public void Hold(IDisposable turn) => transaction.Hold(turn);

    public void Later(FormattableString sql) => transaction.Later(sql);

    public override Task SetConsumed() => transaction.SaveAsync(CancellationToken);

    public override Task AddSend<T>(SendContext<T> context)
    {
        transaction.Add(Envelope.Capture(context, time.GetUtcNow().UtcDateTime));
        return Task.CompletedTask;
    }

    // Sending is the dispatcher's; the pipe never asks for these steps because a message is "delivered" as soon as it is "consumed".
    public override Task SetDelivered() => Task.CompletedTask;

    public override Task<List<OutboxMessageContext>> LoadOutboxMessages() => Task.FromResult<List<OutboxMessageContext>>([]);

    public override Task NotifyOutboxMessageDelivered(OutboxMessageContext message) => Task.CompletedTask;

    public override Task RemoveOutboxMessages() => Task.CompletedTask;
}
