using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Flow.Persistence;

/// <summary>Ready when the database answers and has the tables of this release.</summary>
internal sealed class DatabaseCheck<TContext>(TContext context, DatabaseCheck<TContext>.Memory memory) : IHealthCheck
    where TContext : DbContext
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext check, CancellationToken cancellationToken = default)
    {
        try
        {
            if (memory.Migrated)
            {
                await context.Database.ExecuteSqlRawAsync("SELECT 1", cancellationToken);
                return HealthCheckResult.Healthy("The database answers.");
            }

            var missing = await context.Database.GetPendingMigrationsAsync(cancellationToken);
            memory.Migrated = !missing.Any();
            return memory.Migrated
                ? HealthCheckResult.Healthy("The database answers.")
                : HealthCheckResult.Unhealthy("The database lacks tables of this release: run flow db migrate.");
        }
        catch (Exception exception)
        {
            return HealthCheckResult.Unhealthy($"The database does not answer: {exception.GetBaseException().Message}");
        }
    }

    /// <summary>Whether the tables were once seen to be there: they are looked for only until then.</summary>
    internal sealed class Memory
    {
        public bool Migrated { get; set; }
    }
}
