using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using Npgsql;

namespace Flow.Monitor.Tests;

/// <summary>The real servers that the environment names; a test without them is skipped with the reason.</summary>
internal static class Servers
{
    /// <summary>A new, empty database.</summary>
    public static async Task<string> PostgresAsync()
    {
        var server = Variable("FLOW_TEST_POSTGRES");
        var database = "monitor_" + Guid.NewGuid().ToString("N");
        await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(server) { Database = "postgres", Pooling = false }.ToString());
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand($"CREATE DATABASE {database}", connection);
        await command.ExecuteNonQueryAsync();
        return new NpgsqlConnectionStringBuilder(server) { Database = database, MaxPoolSize = 20 }.ToString();
    }

    public static async Task DropAsync(string connectionString)
    {
        var settings = new NpgsqlConnectionStringBuilder(connectionString);
        var database = settings.Database;
        await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(connectionString) { Database = "postgres", Pooling = false }.ToString());
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand($"DROP DATABASE IF EXISTS {database} WITH (FORCE)", connection);
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>A new, empty virtual host, as an AMQP URI.</summary>
    public static async Task<string> RabbitMqAsync()
    {
        var broker = new Uri(Variable("FLOW_TEST_RABBITMQ"));
        var host = "monitor-" + Guid.NewGuid().ToString("N");
        using var management = Management(out var user);
        (await management.PutAsync($"api/vhosts/{host}", JsonContent.Create(new { }))).EnsureSuccessStatusCode();
        (await management.PutAsync($"api/permissions/{host}/{user}", JsonContent.Create(new { configure = ".*", write = ".*", read = ".*" }))).EnsureSuccessStatusCode();
        return new UriBuilder(broker) { Path = host }.Uri.ToString();
    }

    public static async Task DropRabbitMqAsync(string uri)
    {
        using var management = Management(out _);
        await management.DeleteAsync($"api/vhosts/{new Uri(uri).AbsolutePath.Trim('/')}");
    }

    public static string Sqlite() => $"Data Source={Path.Combine(Directory.CreateTempSubdirectory("flow-monitor-").FullName, "flow.db")}";

    private static HttpClient Management(out string user)
    {
        var uri = new Uri(Variable("FLOW_TEST_RABBITMQ_MANAGEMENT"));
        var credentials = uri.UserInfo.Length > 0 ? uri.UserInfo : "guest:guest";
        user = credentials.Split(':')[0];
        var client = new HttpClient { BaseAddress = new UriBuilder(uri) { UserName = "", Password = "" }.Uri };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(credentials)));
        return client;
    }

    private static string Variable(string name)
    {
        var value = Environment.GetEnvironmentVariable(name);
        Assert.SkipWhen(string.IsNullOrEmpty(value), $"set {name} or run ./test.sh");
        return value!;
    }
}
