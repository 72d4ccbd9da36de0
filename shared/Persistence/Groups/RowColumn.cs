using System.Data.Common;
using System.Linq.Expressions;
using System.Reflection;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Storage;

namespace Flow.Persistence;

/// <summary>A column of a flat table: how its values come out of an entity, go to PostgreSQL as arrays, and come back.</summary>
internal sealed class RowColumn
{
    private static readonly MethodInfo ReadField = typeof(DbDataReader).GetMethod(nameof(DbDataReader.GetFieldValue))!;

    private readonly Func<object, object?> _get;
    private readonly Action<object, object?> _set;
    private readonly Func<DbDataReader, int, object?> _read;
    private readonly CoreTypeMapping _mapping;
    private readonly Type _element;

    public RowColumn(IProperty property, string name)
    {
        Property = property;
        Name = name;
        _mapping = property.GetTypeMapping();
        var stored = _mapping.Converter?.ProviderClrType ?? Nullable.GetUnderlyingType(property.ClrType) ?? property.ClrType;
        _element = stored.IsValueType ? typeof(Nullable<>).MakeGenericType(stored) : stored;
        var storeType = ((RelationalTypeMapping)_mapping).StoreTypeNameBase;
        // "timestamp with time zone" is the base name already; a length stands apart from it.
        ArrayType = $"{storeType}[]";
        _get = Getter(property.PropertyInfo!);
        _set = Setter(property.PropertyInfo!);
        _read = Reader(stored);
    }

    public IProperty Property { get; }

    public string Name { get; }

    /// <summary>SQL type of an array of its values.</summary>
    public string ArrayType { get; }

    public object? Get(object entity) => _get(entity);

    public void Set(object entity, object? value) => _set(entity, value);

    public object? Read(DbDataReader reader, int ordinal) =>
        reader.IsDBNull(ordinal) ? null : _mapping.Converter is { } converter ? converter.ConvertFromProvider(_read(reader, ordinal)) : _read(reader, ordinal);

    /// <summary>The values as the array parameter of a statement.</summary>
    public Array ToArray(IReadOnlyList<object?> values)
    {
        var array = Array.CreateInstance(_element, values.Count);
        for (var i = 0; i < values.Count; i++)
            array.SetValue(values[i] is { } value && _mapping.Converter is { } converter ? converter.ConvertToProvider(value) : values[i], i);
        return array;
    }

    private static Func<object, object?> Getter(PropertyInfo property)
    {
        var entity = Expression.Parameter(typeof(object));
        var value = Expression.Property(Expression.Convert(entity, property.DeclaringType!), property);
        return Expression.Lambda<Func<object, object?>>(Expression.Convert(value, typeof(object)), entity).Compile();
    }

    private static Action<object, object?> Setter(PropertyInfo property)
    {
        var (entity, value) = (Expression.Parameter(typeof(object)), Expression.Parameter(typeof(object)));
        var set = Expression.Call(Expression.Convert(entity, property.DeclaringType!), property.GetSetMethod(nonPublic: true)!, Expression.Convert(value, property.PropertyType));
        return Expression.Lambda<Action<object, object?>>(set, entity, value).Compile();
    }

    private static Func<DbDataReader, int, object?> Reader(Type stored)
    {
        var (reader, ordinal) = (Expression.Parameter(typeof(DbDataReader)), Expression.Parameter(typeof(int)));
        var read = Expression.Call(reader, ReadField.MakeGenericMethod(stored), ordinal);
        return Expression.Lambda<Func<DbDataReader, int, object?>>(Expression.Convert(read, typeof(object)), reader, ordinal).Compile();
    }
}
