using System.Data.Common;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Configuration;
using Npgsql;

namespace Flow.Transports.Postgres;

/// <summary>
/// Which PostgreSQL carries the queues: <c>ConnectionStrings:Queue</c> when it is set, else <c>ConnectionStrings:Flow</c>. So a team whose orchestrator is on PostgreSQL needs nothing
/// else; a worker, which has no business in the orchestrator's tables, sets <c>ConnectionStrings:Queue</c> alone, with a role that may use the queues' schema and nothing else.
/// </summary>
internal sealed partial class PostgresQueueSettings
{
    private const string SchemaKey = "Flow:Postgres:Schema";
    private const string QueueKey = "ConnectionStrings:Queue";
    private const string FlowKey = "ConnectionStrings:Flow";
    private const string DefaultSchema = "flow_queue";
    private const int LongestSchema = 48;

    private const int PoolSize = 16;
    private const int PreparedStatements = 64;
    private const int ConnectSeconds = 5;
    private const int CommandSeconds = 15;
    private const int KeepAliveSeconds = 10;

    // Every statement finds its rows by an index. Statistics of a queue, taken while it was empty, would have the planner read whole tables when it is full.
    private const string SessionOptions = "-c enable_seqscan=off -c enable_bitmapscan=off -c jit=off -c synchronous_commit=on";

    private const string Form = "Host=…;Database=…;Username=…;Password=…";

    private readonly string _key;
    private readonly NpgsqlConnectionStringBuilder _connection;

    private PostgresQueueSettings(string key, NpgsqlConnectionStringBuilder connection, string schema) => (_key, _connection, Schema) = (key, connection, schema);

    /// <summary>The schema of the queues' tables; a plain lower-case name.</summary>
    public string Schema { get; }

    /// <summary>Server and database, for people; no credentials.</summary>
    public string Place => $"PostgreSQL at {Hosts}, database '{_connection.Database ?? _connection.Username}',";

    /// <summary>Tells these settings from others.</summary>
    public string Identity => $"{_connection.ConnectionString};{Schema}";

    /// <summary>Most connections of a process for the queues.</summary>
    public int MaxPoolSize => _connection.MaxPoolSize;

    private string Hosts => string.Join(", ", _connection.Host!.Split(',').Select(host => host.Contains(':', StringComparison.Ordinal) ? host : $"{host}:{_connection.Port}"));

    /// <exception cref="InvalidOperationException">A setting is missing or wrong; names it and the right form, never the text of a connection string.</exception>
    public static PostgresQueueSettings Read(IConfiguration configuration)
    {
        var own = configuration.GetConnectionString("Queue");
        var (key, value) = string.IsNullOrWhiteSpace(own) ? (FlowKey, configuration.GetConnectionString("Flow")) : (QueueKey, own);
        if (string.IsNullOrWhiteSpace(value))
        {
            throw new InvalidOperationException(
                $"{FlowTransportSetting.Key} is Postgres, but neither {QueueKey} nor {FlowKey} is set. Set {QueueKey} to: {Form} (or {FlowKey}, whose database then carries the queues too).");
        }

        return new PostgresQueueSettings(key, ReadConnection(key, value), ReadSchema(configuration));
    }

    /// <summary>Connects once and looks at the tables, which it creates if they are missing; see <see cref="BrokerProbe"/>.</summary>
    public async Task<string?> CheckAsync(CancellationToken cancellationToken)
    {
        try
        {
            await using var source = CreateSource();
            await using var connection = await source.OpenConnectionAsync(cancellationToken);
            await new PostgresQueueSchema(Schema).EnsureAsync(connection, this);
            return null;
        }
        catch (Exception exception) when (InfrastructureFault.IsTransient(exception))
        {
            return $"{Place} cannot be reached ({(exception.InnerException ?? exception).Message}).";
        }
        catch (PostgresException exception) when (exception.SqlState == PostgresErrorCodes.InvalidCatalogName)
        {
            throw new InvalidOperationException($"{Place} does not exist: create it, or set Database in {_key}.", exception);
        }
        catch (NpgsqlException exception)
        {
            throw new InvalidOperationException($"{Place} refuses the user '{_connection.Username}' ({exception.Message}): check Username and Password in {_key}.", exception);
        }
    }

    /// <summary>The tables are there, or can be made, only with rights that the role does not have.</summary>
    public InvalidOperationException MissingRights(string what, string remedy, Exception? cause = null) =>
        new($"{Place} has the user '{_connection.Username}' of {_key} {what} the schema '{Schema}' of the queues ({SchemaKey}). {remedy}", cause);

    /// <summary>Connections to the server; among several hosts, to the one that takes writes.</summary>
    public NpgsqlDataSource CreateSource()
    {
        var builder = new NpgsqlDataSourceBuilder(_connection.ConnectionString);
        // The bus has a span for each message; looks into empty queues are none of anybody's trace.
        builder.ConfigureTracing(tracing => tracing.ConfigureCommandFilter(_ => false).ConfigureBatchFilter(_ => false));
        return _connection.Host!.Contains(',', StringComparison.Ordinal) ? builder.BuildMultiHost().WithTargetSession(TargetSessionAttributes.Primary) : builder.Build();
    }

    private static NpgsqlConnectionStringBuilder ReadConnection(string key, string value)
    {
        if (Parse(value) is not { Host.Length: > 0 } connection)
            throw new InvalidOperationException($"{FlowTransportSetting.Key} is Postgres, but {key} is not a PostgreSQL connection string. Set it to: {Form}");

        var said = new DbConnectionStringBuilder { ConnectionString = value }.Keys.Cast<string>().Select(name => name.Replace(" ", string.Empty, StringComparison.Ordinal)).ToHashSet(StringComparer.OrdinalIgnoreCase);
        if (!said.Overlaps(["MaximumPoolSize", "MaxPoolSize"]))
            connection.MaxPoolSize = PoolSize;
        if (!said.Contains("MaxAutoPrepare"))
            connection.MaxAutoPrepare = PreparedStatements;
        if (!said.Overlaps(["Timeout", "ConnectionTimeout"]))
            connection.Timeout = ConnectSeconds;
        if (!said.Contains("CommandTimeout"))
            connection.CommandTimeout = CommandSeconds;
        if (!said.Contains("KeepAlive"))
            connection.KeepAlive = KeepAliveSeconds;
        if (!said.Contains("ApplicationName"))
            connection.ApplicationName = "flow queues";
        connection.TargetSessionAttributes = null;
        connection.Options = $"{connection.Options} {SessionOptions}".Trim();
        return connection;
    }

    /// <summary>Null: it is none. What is wrong with it is not told, as that may quote a password.</summary>
    private static NpgsqlConnectionStringBuilder? Parse(string value)
    {
        try
        {
            return new NpgsqlConnectionStringBuilder(value);
        }
        catch (Exception exception) when (exception is ArgumentException or FormatException or OverflowException or KeyNotFoundException)
        {
            return null;
        }
    }

    private static string ReadSchema(IConfiguration configuration)
    {
        var schema = configuration[SchemaKey];
        if (string.IsNullOrWhiteSpace(schema))
            return DefaultSchema;
        if (schema.Length > LongestSchema || !PlainName().IsMatch(schema) || schema.StartsWith("pg_", StringComparison.Ordinal) || schema is "public" or "information_schema")
        {
            throw new InvalidOperationException(
                $"{SchemaKey} is '{schema}'. Use a schema of its own, named by a-z, 0-9 and _, beginning with a letter, at most {LongestSchema} characters, not pg_… or public; by default {DefaultSchema}.");
        }

        return schema;
    }

    [GeneratedRegex("^[a-z][a-z0-9_]*$")]
    private static partial Regex PlainName();
}
