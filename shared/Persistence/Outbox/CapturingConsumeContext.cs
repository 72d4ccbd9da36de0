using MassTransit;
using MassTransit.Middleware;
using MassTransit.Middleware.Outbox;
using Microsoft.EntityFrameworkCore;

namespace Flow.Persistence;

/// <summary>What a consumer sees while the outbox captures its sends.</summary>
internal sealed class CapturingConsumeContext<TMessage>(
    ConsumeContext<TMessage> context, OutboxConsumeOptions options, IServiceProvider provider, IOutboxTransaction transaction, TimeProvider time)
    : OutboxConsumeContextProxy<TMessage>(context, options, provider), IConsumeTransaction
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

    public Task<bool> BeginAsync(SagaKey? saga, CancellationToken cancellationToken) => transaction.BeginAsync(saga, cancellationToken);

    public Task<TSaga?> LoadAsync<TSaga>(SagaTable<TSaga> table, Guid id, CancellationToken cancellationToken)
        where TSaga : class, ISaga => transaction.LoadAsync(table, id, cancellationToken);

    public void RequireOwn() => transaction.RequireOwn();

    public void Later(FormattableString sql) => transaction.Later(sql);

    // A message that goes on alone has not failed.
    public override Task NotifyFaulted<T>(ConsumeContext<T> context, TimeSpan duration, string consumerType, Exception exception) =>
        OutOfGroupException.IsIn<OutOfGroupException>(exception) ? Task.CompletedTask : base.NotifyFaulted(context, duration, consumerType, exception);

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
