using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Configuration;

namespace Flow.Transports;

/// <summary>What carries Flow's messages; the setting <c>Flow:Transport</c>.</summary>
public enum FlowTransport
{
    /// <summary>Within the process, lost when it ends. For tests.</summary>
    InMemory,

    /// <summary>The SQLite file of <c>ConnectionStrings:Flow</c>: durable, no broker, one process.</summary>
    Sqlite,

    /// <summary>RabbitMQ with durable quorum queues; see <see cref="RabbitMqSettings"/>.</summary>
    RabbitMq,

    /// <summary>PostgreSQL as a queue. Not available yet.</summary>
    Postgres,

    /// <summary>Amazon SQS and SNS; see <see cref="AmazonSqsSettings"/>.</summary>
    AmazonSqs,

    /// <summary>Redis. Not available yet.</summary>
    Redis,
}

internal static class FlowTransportSetting
{
    public const string Key = "Flow:Transport";

    private static readonly FlowTransport[] Available = [FlowTransport.InMemory, FlowTransport.Sqlite, FlowTransport.RabbitMq, FlowTransport.AmazonSqs];

    private static string AvailableNames => string.Join(", ", Available);

    public static FlowTransport Read(IConfiguration configuration)
    {
        var value = configuration[Key];
        if (string.IsNullOrWhiteSpace(value))
            return IsSqlite(configuration.GetConnectionString("Flow")) ? FlowTransport.Sqlite : FlowTransport.RabbitMq;

        var name = Enum.GetNames<FlowTransport>().FirstOrDefault(n => n.Equals(value.Trim(), StringComparison.OrdinalIgnoreCase))
            ?? throw new InvalidOperationException($"{Key} is '{value}', which is not a transport. Use one of: {AvailableNames}.");
        var transport = Enum.Parse<FlowTransport>(name);
        return Available.Contains(transport)
            ? transport
            : throw new InvalidOperationException($"{Key} is '{value}', a transport that is not available yet. Use one of: {AvailableNames}.");
    }

    /// <summary>The path of the SQLite file that carries the queues.</summary>
    public static string ReadSqlitePath(IConfiguration configuration)
    {
        var value = configuration.GetConnectionString("Flow");
        if (!IsSqlite(value))
        {
            throw new InvalidOperationException(
                $"{Key} is Sqlite, but ConnectionStrings:Flow is {(value is null ? "missing" : "not a SQLite connection string")}. Set it to: Data Source=flow.db");
        }

        var builder = new SqliteConnectionStringBuilder(value);
        return builder.Mode == SqliteOpenMode.Memory || builder.DataSource.Contains(":memory:", StringComparison.Ordinal)
            ? throw new InvalidOperationException($"{Key} is Sqlite, but ConnectionStrings:Flow names no file ('{value}'). Set it to: Data Source=flow.db")
            : builder.DataSource;
    }

    private static bool IsSqlite(string? connectionString) =>
        connectionString is not null
        && connectionString.Split(';').Any(part => part.Split('=') is [var key, var value] && value.Trim().Length > 0
            && key.Trim().ToUpperInvariant() is "DATA SOURCE" or "DATASOURCE" or "FILENAME");
}
