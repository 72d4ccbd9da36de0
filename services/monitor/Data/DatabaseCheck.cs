using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Flow.Monitor.Data;

/// <summary>Ready when the monitor's tables answer.</summary>
internal sealed class DatabaseCheck(MonitorDbContext db) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            await db.Counters.AsNoTracking().Take(1).ToListAsync(cancellationToken);
            return HealthCheckResult.Healthy("The monitor's tables answer.");
        }
        catch (Exception exception)
        {
            return HealthCheckResult.Unhealthy($"The monitor's tables cannot be read: {exception.GetBaseException().Message}");
        }
    }
}
