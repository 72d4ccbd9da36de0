using System.Data.Common;
using System.Net.Sockets;
using Flow.Transports.RabbitMq;
using Flow.Transports.Redis;
using MassTransit;
using Microsoft.Data.Sqlite;
using RabbitMQ.Client.Exceptions;
using StackExchange.Redis;

namespace Flow.Transports;

/// <summary>Tells an outage of database or broker, which passes, from an exception that will come again.</summary>
public static class InfrastructureFault
{
    private const int SqliteBusy = 5;
    private const int SqliteLocked = 6;
    private const int SqliteInputOutput = 10;
    private const int SqliteFull = 13;

    /// <summary>
    /// The waits between the attempts at a message during an outage: from 50 ms, doubling up to 5 s, 20 minutes in all. Longer than an ordinary
    /// failover, shorter than the 30 minutes after which RabbitMQ takes an unacknowledged message back.
    /// </summary>
    public static IReadOnlyList<TimeSpan> Waits { get; } = MakeWaits();

    /// <summary>
    /// Whether the exception, or one inside it, says that the database or the broker cannot be reached or asks to try again. Failed calls to other
    /// systems (HTTP) and cancellation are not: they are for the caller to judge.
    /// </summary>
    /// <param name="exception">The exception; its inner exceptions are looked at too.</param>
    public static bool IsTransient(Exception exception)
    {
        ArgumentNullException.ThrowIfNull(exception);
        return exception switch
        {
            HttpRequestException or OperationCanceledException or MessageTooLargeException => false,
            AggregateException many => many.InnerExceptions.Any(IsTransient),
            _ => IsOutage(exception) || (exception.InnerException is { } inner && IsTransient(inner)),
        };
    }

    private static bool IsOutage(Exception exception) => exception switch
    {
        SqliteException sqlite => sqlite.SqliteErrorCode is SqliteBusy or SqliteLocked or SqliteInputOutput or SqliteFull,
        // 08: connection, 53: resources, 57P: shutdown and start-up of the server, 25006: a server that has become a standby.
        DbException database => database.IsTransient || database.SqlState is ['0', '8', ..] or ['5', '3', ..] or ['5', '7', 'P', ..] or "25006",
        BrokerUnreachableException or AlreadyClosedException or OperationInterruptedException => true,
        RedisConnectionException or RedisNotDurableException => true,
        RedisServerException redis => RedisRefusal.IsPassing(redis),
        ConnectionException or TransportUnavailableException => true,
        MissingTopologyException => true,
        SocketException or TimeoutException or EndOfStreamException => true,
        _ => false,
    };

    private static List<TimeSpan> MakeWaits()
    {
        var waits = new List<TimeSpan>();
        var total = TimeSpan.Zero;
        for (var wait = TimeSpan.FromMilliseconds(50); total < TimeSpan.FromMinutes(20); total += waits[^1])
        {
            waits.Add(wait);
            wait = wait * 2 < TimeSpan.FromSeconds(5) ? wait * 2 : TimeSpan.FromSeconds(5);
        }

        return waits;
    }
}
