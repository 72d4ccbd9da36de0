using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Flow.Persistence;

/// <summary>A write of a background task: its own scope, its own transaction (which on SQLite also waits for its turn).</summary>
internal static class ScopedWrites
{
    public static async Task<T> WriteAsync<TDbContext, T>(this IServiceScopeFactory scopes, Func<TDbContext, Task<T>> write, CancellationToken cancellationToken)
        where TDbContext : DbContext
    {
        await using var scope = scopes.CreateAsyncScope();
        var context = scope.ServiceProvider.GetRequiredService<TDbContext>();
        await using var transaction = await context.Database.BeginTransactionAsync(cancellationToken);
        var result = await write(context);
        await transaction.CommitAsync(cancellationToken);
        return result;
    }
}
