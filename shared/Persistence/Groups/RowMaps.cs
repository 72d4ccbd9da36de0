using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;

namespace Flow.Persistence;

/// <summary>The maps of a context's entity types.</summary>
internal sealed class RowMaps<TDbContext>
    where TDbContext : DbContext
{
    private readonly ConcurrentDictionary<Type, RowMap?> _maps = new();

    /// <summary>The map of a type; null: it is not flat, or not of this context.</summary>
    public RowMap? Find(TDbContext context, Type type) => _maps.TryGetValue(type, out var map)
        ? map
        : _maps.GetOrAdd(type, context.Model.FindEntityType(type) is { } entity ? RowMap.TryCreate(context, entity) : null);

    /// <summary>The map of a type that Flow itself keeps rows of.</summary>
    public RowMap Of(TDbContext context, Type type) => Find(context, type)
        ?? throw new InvalidOperationException($"{context.GetType().Name} has no flat table for {type.Name}; see {nameof(MassTransit.OutboxModel)}.");
}
