using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace Flow.Monitor.Data;

/// <summary>The monitor's own tables, all derived from events. Each provider's migrations hang on a derived context.</summary>
public abstract class MonitorDbContext(DbContextOptions options) : DbContext(options)
{
    public DbSet<RunRow> Runs => Set<RunRow>();

    public DbSet<FactRow> Facts => Set<FactRow>();

    public DbSet<TransitionRow> Transitions => Set<TransitionRow>();

    public DbSet<AttemptRow> Attempts => Set<AttemptRow>();

    public DbSet<CounterRow> Counters => Set<CounterRow>();

    public DbSet<WorkerRow> Workers => Set<WorkerRow>();

    public DbSet<RejectionRow> Rejections => Set<RejectionRow>();

    public DbSet<DeadLetterRow> DeadLetters => Set<DeadLetterRow>();

    public DbSet<DeadLetterActRow> DeadLetterActs => Set<DeadLetterActRow>();

    public DbSet<DeadLetterItemRow> DeadLetterItems => Set<DeadLetterItemRow>();

    /// <summary>Any number that nobody else locks; "flowmon" in ASCII.</summary>
    private const long WriteLock = 0x666C6F776D6F6E;

    /// <summary>
    /// Begins a transaction that is the only one to write: on SQLite a transaction is one anyway, on PostgreSQL an advisory lock makes it so among all monitors. So no row changes between reading and
    /// writing, and there is nothing to retry.
    /// </summary>
    public async Task<IDbContextTransaction> BeginWriteAsync(CancellationToken cancellationToken)
    {
        var transaction = await Database.BeginTransactionAsync(cancellationToken);
        if (Database.IsNpgsql())
            await Database.ExecuteSqlAsync($"SELECT pg_advisory_xact_lock({WriteLock})", cancellationToken);
        return transaction;
    }

    /// <inheritdoc/>
    public override Task<int> SaveChangesAsync(bool acceptAllChangesOnSuccess, CancellationToken cancellationToken = default)
    {
        // PostgreSQL's text holds every character but NUL, and an error text of a foreign program may hold anything.
        var texts = ChangeTracker.Entries().Where(e => e.State is EntityState.Added or EntityState.Modified).SelectMany(e => e.Properties);
        foreach (var text in texts)
        {
            if (text.CurrentValue is string value && value.Contains('\0', StringComparison.Ordinal) && !text.Metadata.IsPrimaryKey())
                text.CurrentValue = value.Replace('\0', '\uFFFD');
        }

        return base.SaveChangesAsync(acceptAllChangesOnSuccess, cancellationToken);
    }

    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder)
    {
        configurationBuilder.Properties<DateTimeOffset>().HaveConversion<UtcConverter>();
        configurationBuilder.Properties<Enum>().HaveConversion<string>();
    }

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        var run = modelBuilder.Entity<RunRow>().ToTable("monitor_runs");
        run.HasKey(r => r.RunId);
        run.HasIndex(r => r.StartedAt);
        run.HasIndex(r => r.EndedAt);
        run.HasIndex(r => new { r.Status, r.StartedAt });
        run.HasIndex(r => new { r.Workflow, r.StartedAt });

        var fact = modelBuilder.Entity<FactRow>().ToTable("monitor_facts");
        fact.HasKey(f => new { f.RunId, f.Kind, f.At });

        var transition = modelBuilder.Entity<TransitionRow>().ToTable("monitor_transitions");
        transition.HasKey(t => new { t.ScopeId, t.Sequence });
        transition.HasIndex(t => new { t.RunId, t.At });

        var attempt = modelBuilder.Entity<AttemptRow>().ToTable("monitor_attempts");
        attempt.HasKey(a => a.Token);
        attempt.HasIndex(a => a.RunId);
        attempt.HasIndex(a => new { a.WorkerId, a.Outcome });

        modelBuilder.Entity<CounterRow>().ToTable("monitor_counters").HasKey(c => new { c.Name, c.Workflow, c.Node });
        modelBuilder.Entity<WorkerRow>().ToTable("monitor_workers").HasKey(w => w.WorkerId);

        var rejection = modelBuilder.Entity<RejectionRow>().ToTable("monitor_rejections");
        rejection.HasKey(r => r.Id);
        rejection.HasIndex(r => r.At);

        var deadLetter = modelBuilder.Entity<DeadLetterRow>().ToTable("monitor_letters");
        deadLetter.HasKey(d => d.Id);
        deadLetter.HasIndex(d => new { d.FailedAt, d.Id });
        deadLetter.HasIndex(d => new { d.Status, d.FailedAt });
        deadLetter.HasIndex(d => d.RunId);
        deadLetter.HasIndex(d => d.Token);
        deadLetter.HasIndex(d => d.MessageKey);

        var act = modelBuilder.Entity<DeadLetterActRow>().ToTable("monitor_letter_acts");
        act.HasKey(a => a.Id);
        act.HasIndex(a => a.Status);
        var item = modelBuilder.Entity<DeadLetterItemRow>().ToTable("monitor_letter_items");
        item.HasKey(i => new { i.ActId, i.LetterId });
        item.HasIndex(i => new { i.ActId, i.Status, i.Position });
        item.HasIndex(i => i.LetterId);

        foreach (var property in modelBuilder.Model.GetEntityTypes().SelectMany(e => e.GetProperties()))
            property.SetColumnName(JsonNamingPolicy.SnakeCaseLower.ConvertName(property.Name));
    }

    /// <summary>Both databases compare and order UTC moments; neither keeps more than microseconds.</summary>
    private sealed class UtcConverter() : ValueConverter<DateTimeOffset, DateTime>(
        moment => moment.UtcDateTime,
        stored => new DateTimeOffset(DateTime.SpecifyKind(stored, DateTimeKind.Utc), TimeSpan.Zero));
}

/// <summary>The tables on PostgreSQL.</summary>
public sealed class MonitorPostgresContext(DbContextOptions<MonitorPostgresContext> options) : MonitorDbContext(options);

/// <summary>The tables in a SQLite file.</summary>
public sealed class MonitorSqliteContext(DbContextOptions<MonitorSqliteContext> options) : MonitorDbContext(options);
