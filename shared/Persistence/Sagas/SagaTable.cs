using MassTransit;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Storage;

namespace Flow.Persistence;

/// <summary>How a saga is loaded: with its row locked where the database locks rows.</summary>
internal sealed class SagaTable<TSaga>(DatabaseKind? expected, ConcurrencyMode mode, Func<IQueryable<TSaga>, IQueryable<TSaga>>? customization)
    where TSaga : class, ISaga
{
    private string? _lockStatement;

    /// <summary>Whether a saga is its row, locked: no query of its own, no optimistic mode.</summary>
    public bool IsPlain => customization is null && mode == ConcurrencyMode.Pessimistic;

    public Task<TSaga?> LoadAsync(DbContext context, Guid id, CancellationToken cancellationToken)
    {
        var set = context.Set<TSaga>();
        var kind = FlowDatabase.Expect(context, expected);
        // SQLite needs no row lock: its transaction already is the only writer.
        var sagas = kind == DatabaseKind.Postgres && mode == ConcurrencyMode.Pessimistic
            ? set.FromSqlRaw(_lockStatement ??= LockStatement(context), id)
            : set.Where(saga => saga.CorrelationId == id);
        return (customization is null ? sagas : customization(sagas)).AsTracking().SingleOrDefaultAsync(cancellationToken);
    }

    // Every mapped column by name: "*" would miss system columns such as xmin.
    private static string LockStatement(DbContext context)
    {
        var entity = context.Model.FindEntityType(typeof(TSaga)) ?? throw new InvalidOperationException(
            $"{context.GetType().Name} does not map {typeof(TSaga).Name}. Add modelBuilder.Entity<{typeof(TSaga).Name}>().HasKey(s => s.CorrelationId) to its OnModelCreating.");
        var table = entity.GetTableMappings().First().Table;
        var sql = context.GetService<ISqlGenerationHelper>();
        var key = entity.FindProperty(nameof(ISaga.CorrelationId))!.GetColumnName(StoreObjectIdentifier.Table(table.Name, table.Schema))!;
        var columns = string.Join(", ", table.Columns.Select(column => sql.DelimitIdentifier(column.Name)));
        return $"SELECT {columns} FROM {sql.DelimitIdentifier(table.Name, table.Schema)} WHERE {sql.DelimitIdentifier(key)} = {{0}} FOR UPDATE";
    }
}
