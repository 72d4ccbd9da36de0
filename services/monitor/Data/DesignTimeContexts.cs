using Flow.Persistence;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;

namespace Flow.Monitor.Data;

/// <summary>For <c>dotnet ef migrations add</c>; see CONTRIBUTING.md.</summary>
internal sealed class PostgresDesignTimeContext : IDesignTimeDbContextFactory<MonitorPostgresContext>
{
    public MonitorPostgresContext CreateDbContext(string[] args)
    {
        var options = new DbContextOptionsBuilder<MonitorPostgresContext>();
        options.UseFlowDatabase("Host=localhost;Database=flow");
        return new MonitorPostgresContext(options.Options);
    }
}

/// <summary>For <c>dotnet ef migrations add</c>; see CONTRIBUTING.md.</summary>
internal sealed class SqliteDesignTimeContext : IDesignTimeDbContextFactory<MonitorSqliteContext>
{
    public MonitorSqliteContext CreateDbContext(string[] args)
    {
        var options = new DbContextOptionsBuilder<MonitorSqliteContext>();
        options.UseFlowDatabase("Data Source=flow.db");
        return new MonitorSqliteContext(options.Options);
    }
}
