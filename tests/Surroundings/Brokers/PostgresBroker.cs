using System.Text;
using Flow.Transports.Postgres;
using Flow.Transports.Queues;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Flow.Transports.Tests.Brokers;

/// <summary>A database of its own on the PostgreSQL that <c>FLOW_TEST_POSTGRES</c> names.</summary>
public sealed class PostgresBroker : TestBroker
{
    private readonly string _name = $"flow_transports_{Guid.NewGuid():N}"[..30];
    private NpgsqlConnectionStringBuilder _server = null!;
    private Relay _relay = null!;

    public override IReadOnlyDictionary<string, string?> Settings => SettingsFor(_server.Host!, _server.Port);

    public override IReadOnlyDictionary<string, string?> UnreachableSettings => SettingsFor("127.0.0.1", _relay.Port);

    public override string UnreachableAddress => $"127.0.0.1:{_relay.Port}";

    internal string Database => _name;

    internal bool HasStarted => _server is not null;

    internal string ConnectionString => Settings["ConnectionStrings:Flow"]!;

    /// <summary>The way to the server that can be cut; open it with <see cref="ConnectAsync"/>.</summary>
    internal Relay Relay => _relay;

    public override async ValueTask StartAsync()
    {
        var server = Environment.GetEnvironmentVariable("FLOW_TEST_POSTGRES");
        Assert.SkipWhen(server is null, "set FLOW_TEST_POSTGRES or run ./test.sh");
        _server = new NpgsqlConnectionStringBuilder(server);
        _relay = new Relay(_server.Host!, _server.Port);
        await ExecuteAsync("postgres", $"CREATE DATABASE {_name}");
    }

    public override ValueTask ConnectAsync()
    {
        _relay.Open();
        return ValueTask.CompletedTask;
    }

    public override async Task SendRawAsync(TestHost host, string queue, string body, string? contentType, string? messageId = null)
    {
        await using var use = Open();
        var headers = messageId is null ? null : $$"""{"message-id":"{{messageId}}"}""";
        await use.Provider.SendAsync(
            queue,
            new OutboundMessage { TransportId = Guid.NewGuid(), Body = Encoding.UTF8.GetBytes(body), ContentType = contentType, TransportHeaders = headers });
    }

    public override async ValueTask DisposeAsync()
    {
        _relay?.Dispose();
        if (_server is not null)
            await ExecuteAsync("postgres", $"DROP DATABASE IF EXISTS {_name} WITH (FORCE)");
        await base.DisposeAsync();
    }

    /// <summary>The provider as a process with these settings has it.</summary>
    internal QueueProviderUse Open(IReadOnlyDictionary<string, string?>? settings = null) => PostgresQueueProvider.Acquire(Read(settings ?? Settings), TimeProvider.System, NullLogger.Instance);

    internal static PostgresQueueSettings Read(IReadOnlyDictionary<string, string?> settings) => PostgresQueueSettings.Read(new ConfigurationBuilder().AddInMemoryCollection(settings).Build());

    internal Task<int> ExecuteAsync(string sql) => ExecuteAsync(_name, sql);

    internal async Task<T> QueryAsync<T>(string sql)
    {
        await using var connection = await ConnectAsync(_name);
        await using var command = new NpgsqlCommand(sql, connection);
        return (T)(await command.ExecuteScalarAsync())!;
    }

    internal async Task<int> ExecuteAsync(string database, string sql)
    {
        await using var connection = await ConnectAsync(database);
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteNonQueryAsync();
    }

    private async Task<NpgsqlConnection> ConnectAsync(string database)
    {
        var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(_server.ConnectionString) { Database = database, Pooling = false }.ConnectionString);
        await connection.OpenAsync();
        return connection;
    }

    private Dictionary<string, string?> SettingsFor(string host, int port) => new()
    {
        ["Flow:Transport"] = "Postgres",
        ["ConnectionStrings:Flow"] = new NpgsqlConnectionStringBuilder(_server.ConnectionString) { Host = host, Port = port, Database = _name, Password = _server.Password ?? "secret" }.ConnectionString,
    };
}
