using MassTransit;
using Npgsql;

namespace Flow.Transports.Postgres;

/// <summary>The connections to the database of the queues. What fails because the server is away is tried again for a while, then fails as a <see cref="ConnectionException"/>.</summary>
internal sealed class PostgresDatabase(PostgresQueueSettings settings, TimeProvider time) : IAsyncDisposable
{
    /// <summary>A standby that was written to, as after a failover.</summary>
    private const string ReadOnly = PostgresErrorCodes.ReadOnlySqlTransaction;

    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(1);

    private readonly NpgsqlDataSource _source = settings.CreateSource();
    private volatile bool _ensured;
    private volatile bool _closing;

    public PostgresQueueSchema Sql { get; } = new(settings.Schema);

    /// <summary>A connection to a database that has the tables. It is the caller's to dispose.</summary>
    public async Task<NpgsqlConnection> OpenAsync(CancellationToken cancellationToken = default)
    {
        var connection = await _source.OpenConnectionAsync(cancellationToken);
        if (_ensured)
            return connection;
        try
        {
            await Sql.EnsureAsync(connection, settings);
            _ensured = true;
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    /// <summary>Does something on a connection, and once more while the server is away, until <paramref name="patience"/> is over. It may have been done though an attempt failed.</summary>
    /// <exception cref="ConnectionException">The server is away for longer.</exception>
    public async Task<T> RunAsync<T>(Func<NpgsqlConnection, Task<T>> work, TimeSpan patience)
    {
        var began = time.GetTimestamp();
        for (var pause = FirstPause; ; pause = pause * 2 < LongestPause ? pause * 2 : LongestPause)
        {
            try
            {
                await using var connection = await OpenAsync();
                return await work(connection);
            }
            catch (Exception exception) when (InfrastructureFault.IsTransient(exception))
            {
                // Its other connections lead to the same server.
                if (exception is PostgresException { SqlState: ReadOnly })
                    _source.Clear();
                if (_closing || time.GetElapsedTime(began) + pause > patience)
                    throw new ConnectionException($"{settings.Place} does not answer: {exception.Message}", exception);
            }

            await Task.Delay(pause, time, CancellationToken.None);
        }
    }

    /// <summary>A statement with its arguments, by position.</summary>
    public static NpgsqlCommand Command(NpgsqlConnection connection, string sql, params ReadOnlySpan<NpgsqlParameter> arguments)
    {
        var command = new NpgsqlCommand(sql, connection);
        foreach (var argument in arguments)
            command.Parameters.Add(argument);
        return command;
    }

    /// <summary>An argument of a statement.</summary>
    public static NpgsqlParameter Argument<T>(T value) => new NpgsqlParameter<T> { TypedValue = value };

    /// <summary>From now on nothing is tried again.</summary>
    public void StopRetrying() => _closing = true;

    public ValueTask DisposeAsync() => _source.DisposeAsync();
}
