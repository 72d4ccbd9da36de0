using Flow.Orchestrator.Payloads;
using MassTransit;
using Microsoft.EntityFrameworkCore;

namespace Flow.Orchestrator.Storage;

/// <summary>The orchestrator's tables. One of the two sealed contexts below carries the mapping of its database and the migrations.</summary>
public abstract class OrchestratorDbContext(DbContextOptions options) : DbContext(options)
{
    public DbSet<Run> Runs => Set<Run>();

    public DbSet<RunScope> Scopes => Set<RunScope>();

    public DbSet<TimerRow> Timers => Set<TimerRow>();

    public DbSet<MapItemsRow> MapItems => Set<MapItemsRow>();

    public DbSet<HeldBackChildren> HeldBack => Set<HeldBackChildren>();

    public DbSet<HeldMessage> HeldMessages => Set<HeldMessage>();

    public DbSet<PayloadRow> Payloads => Set<PayloadRow>();

    public DbSet<UnexplainedRow> Unexplained => Set<UnexplainedRow>();

    public DbSet<PausedQueue> PausedQueues => Set<PausedQueue>();

    public DbSet<PermitRow> Permits => Set<PermitRow>();

    public DbSet<ExpiredRun> ExpiredRuns => Set<ExpiredRun>();

    public DbSet<HistoryRow> History => Set<HistoryRow>();

    public DbSet<JournalRow> Journal => Set<JournalRow>();

    public DbSet<WorkflowVersion> Workflows => Set<WorkflowVersion>();

    /// <summary>Earliest timer added in the open transaction; told to the timer service once it is committed.</summary>
    internal DateTimeOffset? EarliestTimer { get; set; }

    /// <summary>Notes a timer that the open transaction adds.</summary>
    internal void TimerAdded(DateTimeOffset dueAt)
    {
        if (EarliestTimer is null || dueAt < EarliestTimer)
            EarliestTimer = dueAt;
    }

    /// <summary>Column type for JSON text that must come back as it was written.</summary>
    protected abstract string JsonColumnType { get; }

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<Run>(run =>
        {
            run.ToTable("runs").HasKey(r => r.CorrelationId);
            run.Property(r => r.CorrelationId).HasColumnName("run_id").ValueGeneratedNever();
            run.Ignore(r => r.RunId);
            run.Ignore(r => r.Lineage);
            run.Property(r => r.Workflow).HasMaxLength(200);
            run.Property(r => r.Name).HasMaxLength(200);
            run.Property(r => r.IdempotencyKey).HasMaxLength(200);
            run.Property(r => r.Priority).HasConversion<string>().HasMaxLength(16);
            run.Property(r => r.Trigger).HasConversion<string>().HasMaxLength(16);
            run.Property(r => r.Input).HasColumnType(JsonColumnType);
            run.Property(r => r.Tags).HasColumnType(JsonColumnType);
            MapScope(run);
            run.Property(r => r.ParentResource).HasMaxLength(200);
            run.HasIndex(r => r.SourceRunId);
            run.HasIndex(r => r.EndedAt).HasFilter("ended_at IS NOT NULL");
            run.HasIndex(r => r.CorrelationId, "IX_runs_open").HasFilter("ended_at IS NULL");
            run.HasIndex(r => new { r.StartedAt, r.CorrelationId }).IsDescending(true, true);
            run.HasIndex(r => new { r.Workflow, r.StartedAt }).IsDescending(false, true);
            run.HasIndex(r => new { r.Name, r.StartedAt }).IsDescending(false, true).HasFilter("name IS NOT NULL");
            run.HasIndex(r => new { r.CurrentState, r.StartedAt }).IsDescending(false, true);
        });
        modelBuilder.Entity<RunScope>(scope =>
        {
            scope.ToTable("scopes").HasKey(s => s.CorrelationId);
            scope.Property(s => s.CorrelationId).HasColumnName("scope_id").ValueGeneratedNever();
            MapScope(scope);
            scope.HasIndex(s => new { s.ParentId, s.GroupToken, s.Index }).IsUnique();
            scope.HasIndex(s => s.RunId);
            scope.HasIndex(s => new { s.RunId, s.CorrelationId }, "IX_scopes_begun").HasFilter("status IN ('Running', 'Paused', 'Cancelled')");
            scope.HasIndex(s => s.CorrelationId, "IX_scopes_open").HasFilter("ended_at IS NULL");
            // Without it the next of a wide group would be looked for among all that have begun.
            scope.HasIndex([nameof(RunScope.ParentId), nameof(RunScope.GroupToken), nameof(RunScope.Index)], "IX_scopes_held_back").HasFilter("status = 'Pending'");
        });
        MapWaiting(modelBuilder);
        MapRecords(modelBuilder);
        modelBuilder.AddInboxStateEntity();
        modelBuilder.AddOutboxMessageEntity();
        SnakeCase.Apply(modelBuilder);
    }

    /// <summary>What runs wait for.</summary>
    private void MapWaiting(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<TimerRow>(timer =>
        {
            timer.ToTable("timers").HasKey(t => new { t.Token, t.Kind });
            timer.Property(t => t.Kind).HasMaxLength(16);
            timer.HasIndex(t => t.DueAt);
            timer.HasIndex(t => t.ScopeId);
        });
        modelBuilder.Entity<MapItemsRow>(items =>
        {
            items.ToTable("map_items").HasKey(i => i.Token);
            items.Property(i => i.Token).ValueGeneratedNever();
            items.Property(i => i.Items).HasColumnType(JsonColumnType);
            items.HasIndex(i => i.RunId);
        });
        modelBuilder.Entity<HeldBackChildren>(slice =>
        {
            slice.ToTable("held_back_children").HasKey(s => new { s.GroupToken, s.FirstIndex });
            slice.Property(s => s.Children).HasColumnType(JsonColumnType);
            slice.Property(s => s.Variables).HasColumnType(JsonColumnType);
            slice.HasIndex(s => s.RunId);
        });
        modelBuilder.Entity<HeldMessage>(held =>
        {
            held.ToTable("held_messages").HasKey(h => h.Id);
            held.Property(h => h.Id).ValueGeneratedOnAdd();
            held.Property(h => h.Type).HasMaxLength(64);
            held.Property(h => h.Body).HasColumnType(JsonColumnType);
            held.HasIndex(h => new { h.RunId, h.Id });
        });
        modelBuilder.Entity<PayloadRow>(payload =>
        {
            payload.ToTable("payloads").HasKey(p => new { p.Reference, p.Offset });
            payload.Property(p => p.Reference).ValueGeneratedNever();
            payload.HasIndex(p => new { p.RunId, p.Token });
            payload.HasIndex(p => p.CreatedAt);
        });
        modelBuilder.Entity<PausedQueue>(paused =>
        {
            paused.ToTable("paused_queues").HasKey(p => p.Queue);
            paused.Property(p => p.Queue).HasMaxLength(Contracts.QueueNames.MaxWorkQueueNameLength);
            paused.Property(p => p.Reason).HasMaxLength(PausedQueue.MaxReasonLength);
        });
        modelBuilder.Entity<PermitRow>(permit =>
        {
            permit.ToTable("permits").HasKey(p => p.Key);
            permit.Property(p => p.Key).HasMaxLength(Contracts.PermitLimits.MaxKeyLength);
        });
        modelBuilder.Entity<UnexplainedRow>(unexplained =>
        {
            unexplained.ToTable("unexplained").HasKey(u => u.ScopeId);
            unexplained.Property(u => u.ScopeId).ValueGeneratedNever();
            unexplained.HasIndex(u => u.RunId);
        });
    }

    /// <summary>What stays as it was written.</summary>
    private void MapRecords(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<HistoryRow>(history =>
        {
            history.ToTable("history").HasKey(h => h.Id);
            history.Property(h => h.Id).ValueGeneratedOnAdd();
            history.Property(h => h.Events).HasColumnType(JsonColumnType);
            history.Property(h => h.Failure).HasConversion<string>().HasMaxLength(16);
            history.HasIndex(h => new { h.RunId, h.Id });
            history.HasIndex(h => new { h.RunId, h.Id }, "IX_history_failures").HasFilter("failure IS NOT NULL");
            history.HasIndex(h => new { h.RunId, h.NodeLeft, h.Id }).HasFilter("node_left IS NOT NULL");
            // A node of the workflow's own machine is found by the run.
            history.HasIndex(h => new { h.ScopeId, h.NodeLeft, h.Id }).HasFilter("node_left IS NOT NULL AND scope_id <> run_id");
        });
        modelBuilder.Entity<JournalRow>(journal =>
        {
            journal.ToTable("journal").HasKey(j => j.Id);
            journal.Property(j => j.Id).ValueGeneratedOnAdd();
            journal.Property(j => j.Kind).HasMaxLength(Contracts.JournalLimits.MaxKindLength);
            journal.Property(j => j.Value).HasColumnType(JsonColumnType);
            journal.HasIndex(j => new { j.RunId, j.Id });
            journal.HasIndex(j => new { j.Token, j.Index }).IsUnique();
        });
        modelBuilder.Entity<ExpiredRun>(expired =>
        {
            expired.ToTable("expired_runs").HasKey(e => e.RunId);
            expired.Property(e => e.RunId).ValueGeneratedNever();
        });
        modelBuilder.Entity<WorkflowVersion>(workflow =>
        {
            workflow.ToTable("workflow_versions").HasKey(w => new { w.Name, w.Version });
            workflow.Property(w => w.Name).HasMaxLength(200);
            workflow.Property(w => w.Definition).HasColumnType(JsonColumnType);
        });
    }

    private void MapScope<T>(Microsoft.EntityFrameworkCore.Metadata.Builders.EntityTypeBuilder<T> scope)
        where T : ScopeState
    {
        scope.Property(s => s.CurrentState).HasColumnName("status").HasMaxLength(16);
        scope.Property(s => s.Document).HasColumnName("scope").HasColumnType(JsonColumnType);
        scope.Property(s => s.Output).HasColumnType(JsonColumnType);
    }
}

/// <summary>The orchestrator's tables on PostgreSQL.</summary>
public sealed class PostgresOrchestratorDbContext(DbContextOptions<PostgresOrchestratorDbContext> options) : OrchestratorDbContext(options)
{
    protected override string JsonColumnType => "json";
}

/// <summary>The orchestrator's tables in a SQLite file.</summary>
public sealed class SqliteOrchestratorDbContext(DbContextOptions<SqliteOrchestratorDbContext> options) : OrchestratorDbContext(options)
{
    protected override string JsonColumnType => "TEXT";

    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder) =>
        configurationBuilder.Properties<DateTimeOffset>().HaveConversion<SortableTimestamp>();
}
