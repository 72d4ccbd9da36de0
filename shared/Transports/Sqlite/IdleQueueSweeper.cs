using System.Collections.Concurrent;
using Flow.Transports.Queues;
using Microsoft.Data.Sqlite;
using Sql = Flow.Transports.Sqlite.SqliteQueueSchema;

namespace Flow.Transports.Sqlite;

/// <summary>Deletes temporary queues, their messages and bindings once nobody has received from them for as long as they allow.</summary>
internal sealed class IdleQueueSweeper : IAsyncDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(15);

    private readonly ConcurrentDictionary<string, bool> _seen = new(StringComparer.Ordinal);
    private readonly SqliteGroupWriter _writer;
    private readonly TimeProvider _time;
    private readonly Upkeep _upkeep;

    public IdleQueueSweeper(SqliteGroupWriter writer, TimeProvider time)
    {
        _writer = writer;
        _time = time;
        _upkeep = new Upkeep(Interval, time, _ => SweepAsync());
    }

    /// <summary>Somebody receives from the queue.</summary>
    public void Saw(string queue) => _seen.TryAdd(queue, true);

    public ValueTask DisposeAsync() => _upkeep.DisposeAsync();

    private async Task SweepAsync()
    {
        var seen = _seen.Keys.ToList();
        _seen.Clear();
        try
        {
            await _writer.WriteAsync(session =>
            {
                var now = _time.GetUtcNow();
                foreach (var queue in seen)
                    session.Execute(Sql.Touch, ("$queue", queue), ("$now", now));
                foreach (var gone in session.Query(Sql.DeleteIdle, row => row.GetString(0), ("$now", now)))
                    session.Execute(Sql.Unbind, ("$queue", gone));
                return 0;
            });
        }
        catch (SqliteException)
        {
            // A full disk or a foreign writer: the queues stay until the next time.
        }
    }
}
