using Flow.Persistence;
using Microsoft.Extensions.Options;

namespace Flow.Monitor.Data;

/// <summary>Nothing else of the monitor starts before its tables are there.</summary>
internal sealed class MonitorSchema(IDatabaseMigrator migrator, IOptions<MonitorOptions> options) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken) => options.Value.MigrateOnStart
        ? migrator.MigrateAsync<MonitorDbContext>(cancellationToken)
        : migrator.WaitUntilMigratedAsync<MonitorDbContext>(cancellationToken);

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
