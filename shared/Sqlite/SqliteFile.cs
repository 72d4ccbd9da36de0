using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Microsoft.Data.Sqlite;

namespace Flow.Sqlite;

/// <summary>
/// One SQLite file within this process. SQLite allows one writer at a time and makes the others poll; taking <see cref="EnterWriteAsync"/> first
/// lets the writers of this process queue in order instead.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "One instance a file for the life of the process.")]
public sealed class SqliteFile
{
    private static readonly ConcurrentDictionary<string, SqliteFile> Files = new(StringComparer.Ordinal);

    private readonly SemaphoreSlim _writer = new(1, 1);

    private SqliteFile(string path)
    {
        Path = path;
        ConnectionString = new SqliteConnectionStringBuilder { DataSource = path, DefaultTimeout = 30, Pooling = true }.ToString();
    }

    /// <summary>Absolute path of the file.</summary>
    public string Path { get; }

    /// <summary>Connection string with pooling and a busy timeout of 30 seconds.</summary>
    public string ConnectionString { get; }

    /// <summary>The one instance for a file.</summary>
    /// <param name="path">Path of the file, absolute or relative; it need not exist yet.</param>
    public static SqliteFile For(string path) => Files.GetOrAdd(System.IO.Path.GetFullPath(path), static p => new SqliteFile(p));

    /// <summary>The one instance for the file a connection string names.</summary>
    /// <param name="connectionString">A SQLite connection string with a Data Source that is a file.</param>
    public static SqliteFile ForConnectionString(string connectionString) => For(new SqliteConnectionStringBuilder(connectionString).DataSource);

    /// <summary>Opens a connection with the pragmas Flow relies on: WAL, synchronous=FULL (a commit survives power loss), foreign keys.</summary>
    public SqliteConnection Open()
    {
        var connection = new SqliteConnection(ConnectionString);
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; PRAGMA busy_timeout=30000;";
        command.ExecuteNonQuery();
        return connection;
    }

    /// <summary>Waits for the turn to write. Dispose the answer when the transaction has ended. Not reentrant.</summary>
    public async ValueTask<IDisposable> EnterWriteAsync(CancellationToken cancellationToken = default)
    {
        await _writer.WaitAsync(cancellationToken);
        return new Turn(_writer);
    }

    private sealed class Turn(SemaphoreSlim writer) : IDisposable
    {
        private SemaphoreSlim? _writer = writer;

        public void Dispose() => Interlocked.Exchange(ref _writer, null)?.Release();
    }
}
