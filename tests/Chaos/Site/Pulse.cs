using System.Diagnostics;
using Npgsql;

namespace Flow.Chaos.Tests;

/// <summary>Looks all the time at how far the history in the database is, and knows when it moved.</summary>
internal sealed class Pulse : IAsyncDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(120);

    private readonly string _connectionString;
    private readonly CancellationTokenSource _stop = new();
    private readonly List<Beat> _beats = [];
    private readonly Task _loop;

    public Pulse(string connectionString)
    {
        _connectionString = new NpgsqlConnectionStringBuilder(connectionString) { Timeout = 3, CommandTimeout = 3, ApplicationName = "pulse" }.ToString();
        _loop = RunAsync();
    }

    /// <summary>The time from a moment (of <see cref="Stopwatch"/>) until the first transition was recorded that was not there at that moment.</summary>
    public async Task<TimeSpan> MovedAfterAsync(long moment)
    {
        var moved = await Waiting.UntilAsync("a transition to be recorded after the fault", () => Task.FromResult(FirstMoveAfter(moment)), beat => beat is not null, Limit);
        return Stopwatch.GetElapsedTime(moment, moved!.Ended);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _loop;
        _stop.Dispose();
    }

    private Beat? FirstMoveAfter(long moment)
    {
        lock (_beats)
        {
            var first = _beats.FindIndex(beat => beat.Began >= moment);
            return first < 0 ? null : _beats.Skip(first).FirstOrDefault(beat => beat.Last > _beats[first].Last);
        }
    }

    private async Task RunAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                await using var connection = new NpgsqlConnection(_connectionString);
                await connection.OpenAsync(_stop.Token);
                await using var command = new NpgsqlCommand("SELECT coalesce(max(id), 0) FROM history", connection);
                var began = Stopwatch.GetTimestamp();
                var last = (long)(await command.ExecuteScalarAsync(_stop.Token))!;
                lock (_beats)
                    _beats.Add(new Beat(began, Stopwatch.GetTimestamp(), last));
            }
            catch (Exception e) when (e is NpgsqlException or OperationCanceledException or TimeoutException or IOException)
            {
                // The database is down; that is the point.
            }

            await Task.Delay(Interval, TimeProvider.System, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private sealed record Beat(long Began, long Ended, long Last);
}
