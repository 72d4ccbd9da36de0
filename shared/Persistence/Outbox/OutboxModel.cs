using Flow.Persistence;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace MassTransit;

/// <summary>The inbox and outbox tables in a model.</summary>
public static class OutboxModel
{
    /// <summary>
    /// Adds the table <c>inbox</c>. Contexts of different services that share one database give it a name of their own: <c>AddInboxStateEntity(e =>
    /// e.ToTable("monitor_inbox"))</c>.
    /// </summary>
    public static void AddInboxStateEntity(this ModelBuilder modelBuilder, Action<EntityTypeBuilder<InboxEntry>>? callback = null)
    {
        var inbox = modelBuilder.Entity<InboxEntry>();
        inbox.ToTable("inbox");
        inbox.HasKey(e => new { e.MessageId, e.ConsumerId });
        inbox.Property(e => e.MessageId).HasColumnName("message_id").ValueGeneratedNever();
        inbox.Property(e => e.ConsumerId).HasColumnName("consumer_id").ValueGeneratedNever();
        inbox.Property(e => e.Received).HasColumnName("received");
        inbox.HasIndex(e => e.Received);
        callback?.Invoke(inbox);
    }

    /// <summary>
    /// Adds the table <c>outbox</c>. Contexts of different services that share one database give it a name of their own: <c>AddOutboxMessageEntity(e =>
    /// e.ToTable("monitor_outbox"))</c>.
    /// </summary>
    public static void AddOutboxMessageEntity(this ModelBuilder modelBuilder, Action<EntityTypeBuilder<OutboxEntry>>? callback = null)
    {
        var outbox = modelBuilder.Entity<OutboxEntry>();
        outbox.ToTable("outbox");
        outbox.HasKey(e => e.Id);
        outbox.Property(e => e.Id).HasColumnName("id").ValueGeneratedNever();
        outbox.Property(e => e.DueAt).HasColumnName("due_at");
        outbox.Property(e => e.NotBefore).HasColumnName("not_before");
        outbox.Property(e => e.Destination).HasColumnName("destination");
        outbox.Property(e => e.MessageId).HasColumnName("message_id");
        outbox.Property(e => e.Envelope).HasColumnName("envelope");
        outbox.Property(e => e.Body).HasColumnName("body");
        outbox.Property(e => e.Attempts).HasColumnName("attempts");
        outbox.Property(e => e.Error).HasColumnName("error");
        outbox.Property(e => e.ParkedAt).HasColumnName("parked_at");
        outbox.HasIndex(e => e.NotBefore).HasFilter("parked_at is null");
        callback?.Invoke(outbox);
    }
}
