namespace Flow.Chaos.Tests;

/// <summary>A PostgreSQL (fsync on) and a RabbitMQ of the test's own, because they get killed.</summary>
internal sealed class OwnServers : IAsyncDisposable
{
    private OwnServers(string directory)
    {
        Directory = directory;
        Postgres = new ServerScript("postgres.sh", Path.Combine(directory, "postgres"));
        RabbitMq = new ServerScript("rabbitmq.sh", Path.Combine(directory, "rabbitmq"));
    }

    public string Directory { get; }

    public ServerScript Postgres { get; }

    public ServerScript RabbitMq { get; }

    public int PostgresPort { get; private set; }

    public int RabbitMqPort { get; private set; }

    /// <summary>Where they are.</summary>
    public Servers Addresses { get; private set; } = null!;

    public static async Task<OwnServers> StartAsync()
    {
        // ./test.sh names a directory whose servers it stops, should this process not come to it.
        var parent = Environment.GetEnvironmentVariable("FLOW_TEST_DIRECTORY") ?? Path.GetTempPath();
        var directory = Path.Combine(parent, $"flow-chaos-{Guid.NewGuid():N}"[..18]);
        var servers = new OwnServers(directory);
        System.IO.Directory.CreateDirectory(directory);
        var (sql, queues) = (servers.Postgres.StartAsync(), servers.RabbitMq.StartAsync());
        servers.PostgresPort = (await sql)[0];
        servers.RabbitMqPort = (await queues)[0];
        servers.Addresses = new Servers(
            $"Host=127.0.0.1;Port={servers.PostgresPort};Username=postgres",
            new Uri($"amqp://guest:guest@127.0.0.1:{servers.RabbitMqPort}"),
            new Uri($"http://guest:guest@127.0.0.1:{(await queues)[1]}"));
        return servers;
    }

    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(Postgres.RunAsync("stop"), RabbitMq.RunAsync("stop"));
        System.IO.Directory.Delete(Directory, recursive: true);
    }
}
