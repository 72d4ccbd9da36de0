using System.Collections.Concurrent;
using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Storage;

namespace Flow.Persistence;

/// <summary>
/// A flat entity type (each property a column of one table, nothing owned, nothing in shadow) as statements that take any number of rows at once: the values of a column are one array.
/// The names and types are those of the context's model.
/// </summary>
internal sealed class RowMap
{
    private readonly ConcurrentDictionary<string, string> _updates = new(StringComparer.Ordinal);
    private readonly ISqlGenerationHelper _sql;
    private readonly string _table;

    private RowMap(IEntityType entity, ISqlGenerationHelper sql)
    {
        _sql = sql;
        Entity = entity;
        var table = StoreObjectIdentifier.Create(entity, StoreObjectType.Table)!.Value;
        _table = sql.DelimitIdentifier(table.Name, table.Schema);
        Columns = [.. entity.GetProperties().Select(property => new RowColumn(property, sql.DelimitIdentifier(property.GetColumnName(table)!)))];
        Keys = [.. Columns.Where(column => column.Property.IsPrimaryKey())];
        Inserted = [.. Columns.Where(column => !IsGenerated(column.Property))];
        var names = string.Join(", ", Inserted.Select(column => column.Name));
        // The order of the arrays is the order of the rows, and so of generated keys.
        Insert = $"INSERT INTO {_table} ({names}) SELECT {names} FROM {Unnest(Inserted, 1)} WITH ORDINALITY AS r({names}, ordinality) ORDER BY ordinality";
        Delete = $"DELETE FROM {_table} AS t USING {Unnest(Keys, 1)} AS r({string.Join(", ", Keys.Select(key => key.Name))}) WHERE {Match}";
        Lock = $"SELECT {string.Join(", ", Columns.Select(column => column.Name))} FROM {_table} WHERE {Keys[0].Name} = ANY($1) ORDER BY {Keys[0].Name} FOR UPDATE";
    }

    public IEntityType Entity { get; }

    public IReadOnlyList<RowColumn> Columns { get; }

    public IReadOnlyList<RowColumn> Keys { get; }

    /// <summary>The columns that <see cref="Insert"/> takes, in order: all but what the database generates.</summary>
    public IReadOnlyList<RowColumn> Inserted { get; }

    /// <summary>Whether the database makes the key.</summary>
    public bool HasGeneratedKey => Keys.Any(key => IsGenerated(key.Property));

    /// <summary>Inserts rows; a parameter for each of <see cref="Inserted"/>.</summary>
    public string Insert { get; }

    /// <summary>Deletes rows; a parameter for each of <see cref="Keys"/>.</summary>
    public string Delete { get; }

    /// <summary>Reads and locks rows in the order of their single key; the parameter is the array of keys.</summary>
    public string Lock { get; }

    private string Match => string.Join(" AND ", Keys.Select(key => $"t.{key.Name} = r.{key.Name}"));

    /// <summary>The map of a type; null: it is not flat.</summary>
    public static RowMap? TryCreate(DbContext context, IEntityType entity) =>
        entity.GetNavigations().Any() || entity.GetComplexProperties().Any() || entity.IsOwned() || entity.BaseType is not null || entity.GetDirectlyDerivedTypes().Any()
        || entity.FindPrimaryKey() is null || StoreObjectIdentifier.Create(entity, StoreObjectType.Table) is null
        || entity.GetProperties().Any(property => property.PropertyInfo?.GetSetMethod(nonPublic: true) is null)
            ? null
            : new(entity, context.GetService<ISqlGenerationHelper>());

    /// <summary>Updates columns of rows; a parameter for each key, then for each of the columns.</summary>
    public string Update(IReadOnlyList<RowColumn> columns) => _updates.GetOrAdd(
        string.Join(",", columns.Select(column => column.Name)),
        _ => $"UPDATE {_table} AS t SET {string.Join(", ", columns.Select(column => $"{column.Name} = r.{column.Name}"))} "
            + $"FROM {Unnest([.. Keys, .. columns], 1)} AS r({string.Join(", ", Keys.Concat(columns).Select(column => column.Name))}) WHERE {Match}");

    public object?[] Values(object entity)
    {
        var values = new object?[Columns.Count];
        for (var i = 0; i < values.Length; i++)
            values[i] = Columns[i].Get(entity);
        return values;
    }

    public object New(object?[] values)
    {
        var entity = Activator.CreateInstance(Entity.ClrType, nonPublic: true)!;
        for (var i = 0; i < values.Length; i++)
            Columns[i].Set(entity, values[i]);
        return entity;
    }

    public object?[] Read(DbDataReader reader)
    {
        var values = new object?[Columns.Count];
        for (var i = 0; i < values.Length; i++)
            values[i] = Columns[i].Read(reader, i);
        return values;
    }

    private static bool IsGenerated(IProperty property) => property.ValueGenerated == ValueGenerated.OnAdd && property.ClrType != typeof(Guid);

    private static string Unnest(IReadOnlyList<RowColumn> columns, int first) => $"unnest({string.Join(", ", columns.Select((column, i) => $"${first + i}::{column.ArrayType}"))})";
}
