using Flow.Persistence;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;

namespace Flow.Orchestrator.Storage;

/// <summary>For <c>dotnet ef migrations add</c>; see CONTRIBUTING.md.</summary>
internal sealed class PostgresDesignTimeContext : IDesignTimeDbContextFactory<PostgresOrchestratorDbContext>
{
    public PostgresOrchestratorDbContext CreateDbContext(string[] args)
    {
        var options = new DbContextOptionsBuilder<PostgresOrchestratorDbContext>();
        options.UseFlowDatabase("Host=localhost;Database=flow");
        return new PostgresOrchestratorDbContext(options.Options);
    }
}

/// <summary>For <c>dotnet ef migrations add</c>; see CONTRIBUTING.md.</summary>
internal sealed class SqliteDesignTimeContext : IDesignTimeDbContextFactory<SqliteOrchestratorDbContext>
{
    public SqliteOrchestratorDbContext CreateDbContext(string[] args)
    {
        var options = new DbContextOptionsBuilder<SqliteOrchestratorDbContext>();
        options.UseFlowDatabase("Data Source=flow.db");
        return new SqliteOrchestratorDbContext(options.Options);
    }
}
