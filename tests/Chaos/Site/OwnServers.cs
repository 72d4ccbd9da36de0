namespace Flow.Chaos.Tests;

/// <summary>A PostgreSQL (fsync on) and a RabbitMQ of the test's own, because they get killed.</summary>
internal sealed class OwnServers : IAsyncDisposable
{
    private OwnServers(string directory, int nodes)
    {
        Path = directory;
        Postgres = new ServerScript("postgres.sh", System.IO.Path.Combine(directory, "postgres"));
        RabbitMq = new ServerScript("rabbitmq.sh", System.IO.Path.Combine(directory, "rabbitmq"));
        OtherNodes = [.. Enumerable.Range(1, nodes - 1).Select(node => new ServerScript("rabbitmq.sh", System.IO.Path.Combine(directory, $"rabbitmq{node}"), System.IO.Path.Combine(directory, "rabbitmq")))];
    }

    /// <summary>Where they keep what they store.</summary>
    public string Path { get; }

    public ServerScript Postgres { get; }

    public ServerScript RabbitMq { get; }

    /// <summary>The nodes of the broker's cluster beside <see cref="RabbitMq"/>, if it is one.</summary>
    public IReadOnlyList<ServerScript> OtherNodes { get; }

    /// <summary>Their ports.</summary>
    public IReadOnlyList<int> OtherNodePorts { get; private set; } = [];

    public int PostgresPort { get; private set; }

    public int RabbitMqPort { get; private set; }

    /// <summary>Where they are.</summary>
    public Servers Addresses { get; private set; } = null!;

    /// <summary>Skips the test where there are only containers.</summary>
    public static void Require() => Assert.SkipUnless(
        File.Exists("/usr/lib/rabbitmq/bin/rabbitmq-server") && Directory.Exists("/usr/lib/postgresql"),
        "needs the distribution's packages of PostgreSQL and RabbitMQ (tests/servers/packages.sh servers): containers are not killed");

    public static async Task<OwnServers> StartAsync(int nodes = 1)
    {
        // ./test.sh names a directory of its own, and ends whatever was started with it, should this process not come to it.
        var parent = Environment.GetEnvironmentVariable("FLOW_TEST_DIRECTORY") ?? System.IO.Path.GetTempPath();
        var directory = System.IO.Path.Combine(parent, $"flow-chaos-{Guid.NewGuid():N}"[..18]);
        var servers = new OwnServers(directory, nodes);
        Directory.CreateDirectory(directory);
        var (sql, queues) = (servers.Postgres.StartAsync(), servers.RabbitMq.StartAsync());
        servers.PostgresPort = (await sql)[0];
        servers.RabbitMqPort = (await queues)[0];
        servers.OtherNodePorts = [.. (await Task.WhenAll(servers.OtherNodes.Select(node => node.StartAsync()))).Select(ports => ports[0])];
        servers.Addresses = new Servers(
            $"Host=127.0.0.1;Port={servers.PostgresPort};Username=postgres",
            new Uri($"amqp://guest:guest@127.0.0.1:{servers.RabbitMqPort}"),
            new Uri($"http://guest:guest@127.0.0.1:{(await queues)[1]}"));
        return servers;
    }

    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll([Postgres.RunAsync("stop"), .. OtherNodes.Select(node => node.RunAsync("kill"))]);
        await RabbitMq.RunAsync("kill");
        Directory.Delete(Path, recursive: true);
    }
}
