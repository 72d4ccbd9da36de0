using MassTransit;
using Microsoft.EntityFrameworkCore;

namespace Flow.Persistence.Tests;

/// <summary>What the tests keep: notes written by a consumer, echoes of what it published, and a saga.</summary>
public abstract class LedgerContext(DbContextOptions options) : DbContext(options)
{
    public DbSet<Note> Notes => Set<Note>();

    public DbSet<Echo> Echoes => Set<Echo>();

    public DbSet<Score> Scores => Set<Score>();

    public DbSet<Tally> Tallies => Set<Tally>();

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.AddInboxStateEntity();
        modelBuilder.AddOutboxMessageEntity();
        modelBuilder.Entity<Note>().HasKey(note => note.Id);
        modelBuilder.Entity<Note>().HasIndex(note => note.Text).IsUnique();
        modelBuilder.Entity<Echo>().HasKey(echo => echo.Id);
        modelBuilder.Entity<Score>().HasKey(score => score.CorrelationId);
        modelBuilder.Entity<Tally>().HasKey(tally => tally.CorrelationId);
        modelBuilder.Entity<Tally>().Property(tally => tally.Version).IsConcurrencyToken();
        modelBuilder.Entity<Tally>().OwnsOne(tally => tally.Last);
    }
}

public sealed class PostgresLedger(DbContextOptions<PostgresLedger> options) : LedgerContext(options);

public sealed class SqliteLedger(DbContextOptions<SqliteLedger> options) : LedgerContext(options);

/// <summary>Texts are unique, so a second effect of one message cannot pass unseen.</summary>
public sealed class Note
{
    public Guid Id { get; init; } = NewId.NextSequentialGuid();

    public required string Text { get; init; }
}

public sealed class Echo
{
    public Guid Id { get; init; } = NewId.NextSequentialGuid();

    public required string Text { get; init; }
}

public sealed class Tally : SagaStateMachineInstance, ISagaVersion
{
    public Guid CorrelationId { get; set; }

    public string State { get; set; } = "";

    public int Version { get; set; }

    public int Total { get; set; }

    public string Label { get; set; } = "";

    /// <summary>Owned, in the saga's own table: the locking query must load it too.</summary>
    public LastStep? Last { get; set; }
}

public sealed class LastStep
{
    public int Amount { get; set; }
}

public sealed record WriteNote(string Text, int FailTimes = 0);

public sealed record NoteWritten(string Text);

public sealed record AddToTally(Guid TallyId, int Amount);

public sealed record LabelTally(Guid TallyId, string Label);

public sealed record CloseTallies(string Label);

public sealed record TallyChanged(Guid TallyId, int Total);
