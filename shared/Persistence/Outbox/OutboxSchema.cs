using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Storage;

namespace Flow.Persistence;

/// <summary>The two statements that LINQ has no words for, written with the names of the context's model.</summary>
internal sealed class OutboxSchema<TDbContext>(OutboxOptions<TDbContext> options)
    where TDbContext : DbContext
{
    private Statements? _statements;

    /// <summary>Notes a message as consumed; parameters: message id, consumer id, now. Zero rows: it was consumed before.</summary>
    public string InsertInbox(TDbContext context) => (_statements ??= Write(context)).InsertInbox;

    /// <summary>Takes due rows for this process; parameters: now, end of the lease, most rows. Rows that another process holds are passed over.</summary>
    public string ClaimOutbox(TDbContext context) => (_statements ??= Write(context)).ClaimOutbox;

    private Statements Write(TDbContext context)
    {
        var kind = FlowDatabase.Expect(context, options.Database);
        var sql = context.GetService<ISqlGenerationHelper>();
        var inbox = new Names(context, sql, typeof(InboxEntry), nameof(MassTransit.OutboxModel.AddInboxStateEntity));
        var outbox = new Names(context, sql, typeof(OutboxEntry), nameof(MassTransit.OutboxModel.AddOutboxMessageEntity));
        var passOver = kind == DatabaseKind.Postgres ? " FOR UPDATE SKIP LOCKED" : "";
        var id = outbox[nameof(OutboxEntry.Id)];
        var notBefore = outbox[nameof(OutboxEntry.NotBefore)];
        return new Statements(
            $"INSERT INTO {inbox.Table} ({inbox[nameof(InboxEntry.MessageId)]}, {inbox[nameof(InboxEntry.ConsumerId)]}, {inbox[nameof(InboxEntry.Received)]}) "
                + "VALUES ({0}, {1}, {2}) ON CONFLICT DO NOTHING",
            // The rows are chosen apart from the update: as a plain sub-select PostgreSQL might run it twice, past the limit.
            $"WITH due AS (SELECT {id} FROM {outbox.Table} WHERE {notBefore} <= {{0}} AND {outbox[nameof(OutboxEntry.ParkedAt)]} IS NULL "
                + $"ORDER BY {notBefore}, {id} LIMIT {{2}}{passOver}) "
                + $"UPDATE {outbox.Table} SET {notBefore} = {{1}} WHERE {id} IN (SELECT {id} FROM due) RETURNING {outbox.Columns}");
    }

    private sealed record Statements(string InsertInbox, string ClaimOutbox);

    private sealed class Names
    {
        private readonly ISqlGenerationHelper _sql;
        private readonly IEntityType _entity;
        private readonly StoreObjectIdentifier _table;

        public Names(DbContext context, ISqlGenerationHelper sql, Type type, string remedy)
        {
            _sql = sql;
            _entity = context.Model.FindEntityType(type)
                ?? throw new InvalidOperationException($"{context.GetType().Name} has no table for {type.Name}. Call modelBuilder.{remedy}() in its OnModelCreating.");
            _table = StoreObjectIdentifier.Create(_entity, StoreObjectType.Table)!.Value;
        }

        public string Table => _sql.DelimitIdentifier(_table.Name, _table.Schema);

        public string Columns => string.Join(", ", _entity.GetProperties().Select(property => _sql.DelimitIdentifier(property.GetColumnName(_table)!)));

        public string this[string property] => _sql.DelimitIdentifier(_entity.FindProperty(property)!.GetColumnName(_table)!);
    }
}
