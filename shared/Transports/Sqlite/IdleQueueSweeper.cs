using System.Collections.Concurrent;
using Microsoft.Data.Sqlite;
using Sql = Flow.Transports.Sqlite.SqliteQueueSchema;

namespace Flow.Transports.Sqlite;

/// <summary>Deletes temporary queues, their messages and bindings once nobody has received from them for as long as they allow.</summary>
internal sealed class IdleQueueSweeper : IAsyncDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(15);

    private readonly ConcurrentDictionary<string, bool> _seen = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource _stop = new();
    private readonly SqliteGroupWriter _writer;
    private readonly TimeProvider _time;
    private readonly Task _loop;

    public IdleQueueSweeper(SqliteGroupWriter writer, TimeProvider time)
    {
        _writer = writer;
        _time = time;
        _loop = RunAsync();
    }

    /// <summary>Somebody receives from the queue.</summary>
    public void Saw(string queue) => _seen.TryAdd(queue, true);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _loop;
        _stop.Dispose();
    }

    private async Task RunAsync()
    {
        using var timer = new PeriodicTimer(Interval, _time);
        try
        {
            while (await timer.WaitForNextTickAsync(_stop.Token))
                await SweepAsync();
        }
        catch (OperationCanceledException)
        {
            // The provider closes.
        }
    }

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
