using System.Diagnostics;
using System.Text.Encodings.Web;
using System.Text.Json;
using Npgsql;

namespace Flow.Chaos.Tests;

/// <summary>
/// The state of an earlier release in two files: <c>database.sql</c>, a dump, and <c>messages.json</c>, what was queued. Addresses of the broker stand in them as
/// <see cref="Broker"/>; nothing in them names the machine they were made on.
/// </summary>
internal static class UpgradeFixture
{
    private const string Broker = "rabbitmq://broker/upgrade";
    private const string DatabaseFile = "database.sql";
    private const string MessagesFile = "messages.json";

    private static readonly JsonSerializerOptions Plain = new(JsonSerializerOptions.Web) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static async Task WriteAsync(string directory, IEnumerable<QueuedMessage> messages, NpgsqlConnection database, Uri broker, OwnServers servers)
    {
        (string From, string To)[] names = [(Address(broker), Broker), (Checkout.Root, "/flow"), (Environment.MachineName, "machine")];
        var lines = messages.Select(message => JsonSerializer.Serialize(message, Plain));
        await File.WriteAllTextAsync(Path.Combine(directory, MessagesFile), Replace($"[\n{string.Join(",\n", lines)}\n]\n", names));
        foreach (var (from, to) in names)
            await ReplaceInOutboxAsync(database, from, to);
        var dump = await ToolAsync(servers, "pg_dump", database.Database, "--no-owner", "--no-privileges", "--no-comments");
        var text = dump.Split('\n').Where(line => line.Length > 0 && !line.StartsWith("--", StringComparison.Ordinal) && !line.StartsWith('\\'.ToString() + "restrict", StringComparison.Ordinal) && !line.StartsWith("\\unrestrict", StringComparison.Ordinal));
        await File.WriteAllTextAsync(Path.Combine(directory, DatabaseFile), Replace(string.Join('\n', text) + "\n", names));
    }

    /// <summary>Puts the dump into the (empty) database, as it was.</summary>
    public static async Task RestoreAsync(string directory, OwnServers servers, NpgsqlConnection database, Uri broker)
    {
        await ToolAsync(servers, "psql", database.Database, "--quiet", "--set", "ON_ERROR_STOP=1", "--output", "/dev/null", "--file", Path.Combine(directory, DatabaseFile));
        await ReplaceInOutboxAsync(database, Broker, Address(broker));
        // The files are old; the attempts in them are not to be, or they would all have timed out.
        await using var command = new NpgsqlCommand("UPDATE timers SET due_at = now() + interval '1 minute' WHERE kind IN ('Timeout', 'Heartbeat')", database);
        await command.ExecuteNonQueryAsync();
    }

    public static List<QueuedMessage> Messages(string directory, Uri broker) => JsonSerializer.Deserialize<List<QueuedMessage>>(
        File.ReadAllText(Path.Combine(directory, MessagesFile)).Replace(Broker, Address(broker), StringComparison.Ordinal), JsonSerializerOptions.Web)!;

    /// <summary>The broker as MassTransit writes it.</summary>
    private static string Address(Uri broker) => $"rabbitmq://{broker.Host}:{broker.Port}{broker.AbsolutePath}";

    private static string Replace(string text, (string From, string To)[] names) =>
        names.Aggregate(text, (all, name) => all.Replace(name.From, name.To, StringComparison.OrdinalIgnoreCase));

    private static async Task ReplaceInOutboxAsync(NpgsqlConnection database, string from, string to)
    {
        await using var command = new NpgsqlCommand(
            """
            UPDATE outbox SET body = convert_to(replace(convert_from(body, 'UTF8'), @from, @to), 'UTF8'),
              destination = replace(destination, @from, @to), envelope = replace(envelope, @from, @to)
            """,
            database)
        {
            Parameters = { new("from", from), new("to", to) },
        };
        await command.ExecuteNonQueryAsync();
    }

    private static async Task<string> ToolAsync(OwnServers servers, string tool, string database, params string[] arguments)
    {
        var start = new ProcessStartInfo(tool, ["-h", "127.0.0.1", "-p", $"{servers.PostgresPort}", "-U", "postgres", .. arguments, database])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0 ? await output : throw new InvalidOperationException($"{tool} ended with {process.ExitCode}: {await errors}");
    }
}
