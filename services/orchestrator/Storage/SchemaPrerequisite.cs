using Flow.Persistence;
using Flow.Transports;

namespace Flow.Orchestrator.Storage;

/// <summary>No message is taken before the database has the tables of this release: it would go to an error queue for it.</summary>
internal sealed class SchemaPrerequisite(IDatabaseMigrator migrator) : IBusPrerequisite
{
    public string Name => "the database's tables of this release";

    public Task WaitAsync(CancellationToken cancellationToken) => migrator.WaitUntilMigratedAsync<OrchestratorDbContext>(cancellationToken);
}
