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

    /// <summary>Queues in a PostgreSQL database, that of <c>ConnectionStrings:Queue</c> or else of <c>ConnectionStrings:Flow</c>: durable, no broker, any number of processes.</summary>
    Postgres,

    /// <summary>Amazon SQS and SNS; see <see cref="AmazonSqsSettings"/>.</summary>
    AmazonSqs,

    /// <summary>Redis 7 with an append-only file; where it is says <c>ConnectionStrings:Redis</c>.</summary>
    Redis,
}

internal static class FlowTransportSetting
{
    public const string Key = "Flow:Transport";

    public static FlowTransport Read(IConfiguration configuration)
    {
        var value = configuration[Key];
        if (string.IsNullOrWhiteSpace(value))
            return IsSqlite(configuration.GetConnectionString("Flow")) ? FlowTransport.Sqlite : FlowTransport.RabbitMq;

        var names = Enum.GetNames<FlowTransport>();
        var name = Array.Find(names, n => n.Equals(value.Trim(), StringComparison.OrdinalIgnoreCase))
            ?? throw new InvalidOperationException($"{Key} is '{value}', which is not a transport. Use one of: {string.Join(", ", names)}.");
        return Enum.Parse<FlowTransport>(name);
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
