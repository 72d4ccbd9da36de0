using System.Threading.Channels;
using Flow.Transports.Queues;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Flow.Transports.Postgres;

/// <summary>
/// Tells receivers that a queue has something new: those of this process at once, those of others by NOTIFY, one a queue however many messages, after the commit. A notice that gets lost, since a process
/// or a connection died, costs the time until the next look.
/// </summary>
internal sealed class PostgresNotices : IAsyncDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly Channel<long> _news = Channel.CreateUnbounded<long>(new UnboundedChannelOptions { SingleReader = true });
    private readonly CancellationTokenSource _stop = new();
    private readonly string _ownMark = Guid.NewGuid().ToString("N");
    private readonly PostgresDatabase _database;
    private readonly QueueSignals _signals;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Task _telling;
    private readonly Task _hearing;
    private volatile bool _isHearing;

    public PostgresNotices(PostgresDatabase database, QueueSignals signals, TimeProvider time, ILogger logger)
    {
        (_database, _signals, _time, _logger) = (database, signals, time, logger);
        _telling = Task.Run(TellAsync);
        _hearing = Task.Run(HearAsync);
    }

    /// <summary>Whether what others store is heard.</summary>
    public bool IsHearing => _isHearing;

    public void Tell(IReadOnlyCollection<long> queueIds)
    {
        _signals.Wake(queueIds);
        foreach (var queueId in queueIds)
            _news.Writer.TryWrite(queueId);
    }

    public async ValueTask DisposeAsync()
    {
        _news.Writer.TryComplete();
        await _telling;
        await _stop.CancelAsync();
        await _hearing;
        _stop.Dispose();
    }

    private async Task TellAsync()
    {
        var queues = new HashSet<long>();
        while (await _news.Reader.WaitToReadAsync())
        {
            while (_news.Reader.TryRead(out var queueId))
                queues.Add(queueId);
            try
            {
                await _database.RunAsync(
                    async connection =>
                    {
                        await using var command = PostgresDatabase.Command(
                            connection,
                            _database.Sql.Notify,
                            PostgresDatabase.Argument(_database.Sql.Channel),
                            PostgresDatabase.Argument(queues.Select(queueId => $"{queueId} {_ownMark}").ToArray()));
                        return await command.ExecuteNonQueryAsync();
                    },
                    patience: TimeSpan.Zero);
            }
            catch (Exception exception)
            {
                _logger.LogDebug(exception, "A notice of new messages was not sent.");
            }

            queues.Clear();
        }
    }

    private async Task HearAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                await using var connection = await _database.OpenAsync(_stop.Token);
                connection.Notification += Heard;
                await using (var listen = new NpgsqlCommand($"LISTEN \"{_database.Sql.Channel}\"", connection))
                    await listen.ExecuteNonQueryAsync(_stop.Token);
                _isHearing = true;
                // What was stored meanwhile nobody told.
                _signals.WakeAll();
                while (true)
                    await connection.WaitAsync(_stop.Token);
            }
            catch (Exception exception) when (!_stop.IsCancellationRequested)
            {
                if (_isHearing)
                    _logger.LogWarning(exception, "The connection that hears of new messages broke; until it is back the queues are looked at every second.");
            }
            catch (OperationCanceledException)
            {
                // The provider closes.
            }

            _isHearing = false;
            await Task.WhenAny(Task.Delay(Pause, _time, _stop.Token));
        }
    }

    private void Heard(object sender, NpgsqlNotificationEventArgs notice)
    {
        if (notice.Payload.Split(' ') is [var text, var mark] && mark != _ownMark && long.TryParse(text, out var queueId))
            _signals.Wake(queueId);
    }
}
