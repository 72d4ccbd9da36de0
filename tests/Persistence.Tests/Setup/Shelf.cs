using MassTransit;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Flow.Persistence.Tests;

/// <summary>A context with migrations of its own for each database.</summary>
public abstract class ShelfContext(DbContextOptions options) : DbContext(options)
{
    public DbSet<Book> Books => Set<Book>();

    protected override void OnModelCreating(ModelBuilder modelBuilder) => modelBuilder.Entity<Book>().ToTable("books").HasKey(book => book.Id);
}

public sealed class PostgresShelf(DbContextOptions<PostgresShelf> options) : ShelfContext(options);

public sealed class SqliteShelf(DbContextOptions<SqliteShelf> options) : ShelfContext(options);

public sealed class Book
{
    public Guid Id { get; init; } = NewId.NextSequentialGuid();
}

[DbContext(typeof(PostgresShelf))]
[Migration("20260101000000_Initial")]
public sealed class PostgresInitial : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        // Long enough for another process to arrive in the middle.
        migrationBuilder.Sql("SELECT pg_sleep(1)");
        migrationBuilder.CreateTable("books", table => new { Id = table.Column<Guid>("uuid") }, constraints: table => table.PrimaryKey("PK_books", book => book.Id));
    }
}

[DbContext(typeof(SqliteShelf))]
[Migration("20260101000000_Initial")]
public sealed class SqliteInitial : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder) =>
        migrationBuilder.CreateTable("books", table => new { Id = table.Column<Guid>("TEXT") }, constraints: table => table.PrimaryKey("PK_books", book => book.Id));
}

[DbContext(typeof(PostgresShelf))]
public sealed class PostgresShelfSnapshot : ModelSnapshot
{
    protected override void BuildModel(ModelBuilder modelBuilder) => modelBuilder.Entity(typeof(Book).FullName!, book =>
    {
        book.Property<Guid>("Id").ValueGeneratedOnAdd().HasColumnType("uuid");
        book.HasKey("Id");
        book.ToTable("books");
    });
}

[DbContext(typeof(SqliteShelf))]
public sealed class SqliteShelfSnapshot : ModelSnapshot
{
    protected override void BuildModel(ModelBuilder modelBuilder) => modelBuilder.Entity(typeof(Book).FullName!, book =>
    {
        book.Property<Guid>("Id").ValueGeneratedOnAdd().HasColumnType("TEXT");
        book.HasKey("Id");
        book.ToTable("books");
    });
}
