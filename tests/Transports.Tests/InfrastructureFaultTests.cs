using System.Data.Common;
using System.Net.Sockets;
using MassTransit;
using Microsoft.Data.Sqlite;

namespace Flow.Transports.Tests;

public sealed class InfrastructureFaultTests
{
    public static TheoryData<Exception, bool> Cases => new()
    {
        { new SocketException(), true },
        { new TimeoutException(), true },
        { new InvalidOperationException("wrapped", new SocketException()), true },
        { new AggregateException(new ArgumentException("x"), new TimeoutException()), true },
        { new RabbitMqConnectionException("down"), true },
        { new SqliteException("busy", 5), true },
        { new SqliteException("disk full", 13), true },
        { new SqliteException("constraint", 19), false },
        { new ServerException("57P01"), true },
        { new ServerException("08006"), true },
        { new ServerException("23505"), false },
        { new InvalidOperationException("a bug"), false },
        { new HttpRequestException("their server", new SocketException()), false },
        { new TaskCanceledException("their server", new TimeoutException()), false },
        { new MessageTooLargeException("Big", 2, 1), false },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Should_tell_an_outage_from_what_will_come_again(Exception exception, bool transient) =>
        InfrastructureFault.IsTransient(exception).ShouldBe(transient);

    [Fact]
    public void Should_wait_from_50_ms_to_5_s_for_20_minutes()
    {
        var waits = InfrastructureFault.Waits;

        waits[0].ShouldBe(TimeSpan.FromMilliseconds(50));
        waits.Max().ShouldBe(TimeSpan.FromSeconds(5));
        waits.Zip(waits.Skip(1)).ShouldAllBe(pair => pair.First <= pair.Second);
        waits.Sum(wait => wait.TotalMinutes).ShouldBeInRange(20, 21);
    }

    private sealed class ServerException(string state) : DbException("server")
    {
        public override string SqlState => state;
    }
}
