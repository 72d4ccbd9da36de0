namespace Flow.Persistence;

/// <summary>The databases Flow keeps its state in.</summary>
public enum DatabaseKind
{
    /// <summary>PostgreSQL 13 or later; any number of processes.</summary>
    Postgres,

    /// <summary>One SQLite file; one process.</summary>
    Sqlite,
}
