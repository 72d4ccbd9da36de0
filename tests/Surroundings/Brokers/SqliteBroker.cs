using System.Text;
using Flow.Sqlite;
using Flow.Transports.Queues;
using Flow.Transports.Sqlite;

namespace Flow.Transports.Tests.Brokers;

public sealed class SqliteBroker : TestBroker
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("flow-transports-");

    public override IReadOnlyDictionary<string, string?> Settings => new Dictionary<string, string?>
    {
        ["Flow:Transport"] = "Sqlite",
        ["ConnectionStrings:Flow"] = $"Data Source={Path}",
    };

    internal string Path => System.IO.Path.Combine(_directory.FullName, "flow.db");

    public override string? WhyNot(Capability capability) => capability switch
    {
        Capability.Outage => "there is no broker that could be down",
        Capability.SeveralProcesses => "a file is one process's, with all services in it",
        _ => null,
    };

    public override async Task SendRawAsync(TestHost host, string queue, string body, string? contentType, string? messageId = null)
    {
        await using var use = SqliteQueueProvider.Acquire(SqliteFile.For(Path), TimeProvider.System);
        var headers = messageId is null ? null : $$"""{"message-id":"{{messageId}}"}""";
        await use.Provider.SendAsync(
            queue,
            new OutboundMessage { TransportId = Guid.NewGuid(), Body = Encoding.UTF8.GetBytes(body), ContentType = contentType, TransportHeaders = headers });
    }

    public override ValueTask DisposeAsync()
    {
        _directory.Delete(recursive: true);
        return base.DisposeAsync();
    }
}
