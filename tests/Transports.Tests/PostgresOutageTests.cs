using System.Collections.Concurrent;
using System.Diagnostics;
using Flow.Transports.Tests.Brokers;
using MassTransit;

namespace Flow.Transports.Tests;

/// <summary>PostgreSQL as a queue among several processes, and when connections, the server or a notice are lost.</summary>
public sealed class PostgresOutageTests : IAsyncLifetime
{
    private readonly PostgresBroker _broker = new();
    private readonly ConcurrentBag<int> _handled = [];
    private readonly ConcurrentBag<int> _sent = [];
    private int _next;

    public ValueTask InitializeAsync() => _broker.StartAsync();

    public ValueTask DisposeAsync() => _broker.DisposeAsync();

    // capability 87
    [Fact]
    public async Task Should_share_a_queue_among_processes_and_handle_each_message_once()
    {
        var directory = Directory.CreateTempSubdirectory("flow-share-");
        try
        {
            string[] logs = [Path.Combine(directory.FullName, "one.log"), Path.Combine(directory.FullName, "two.log")];
            await using var one = CrashChild.Start(_broker.Settings, logs[0], CrashChild.Drain);
            await using var two = CrashChild.Start(_broker.Settings, logs[1], CrashChild.Drain);
            await using var host = await TestHost.StartAsync(_broker.Settings);
            var sent = 0;
            await Until.TrueAsync(async () =>
            {
                await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => host.SendAsync("crash", new Numbered(++sent))));
                return sent >= 500 && logs.All(log => CrashChild.Read(log, "handled").Count > 0);
            });

            await Until.TrueAsync(() => logs.Sum(log => CrashChild.Read(log, "handled").Count) >= sent);
            var handled = logs.SelectMany(log => File.ReadAllLines(log)).ToList();
            handled.Order().ShouldBe(Enumerable.Range(1, sent).Select(number => $"handled {number}").Order());
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task Should_lose_nothing_when_connections_break()
    {
        await using var host = await TestHost.StartAsync(_broker.Settings);
        await HandleAsync(host);

        for (var round = 0; round < 5; round++)
        {
            var sends = SendAsync(host, 100);
            await _broker.ExecuteAsync("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()");
            await sends;
        }

        await Until.TrueAsync(() => _sent.ToHashSet().IsSubsetOf(_handled));
    }

    [Fact]
    public async Task Should_recover_when_the_way_to_the_server_was_cut()
    {
        await _broker.ConnectAsync();
        await using var host = await TestHost.StartAsync(_broker.UnreachableSettings);
        await HandleAsync(host);
        await SendAsync(host, 20);
        // An acknowledgement under way is tried for half a minute, and its endpoint passes for well until then.
        await Until.TrueAsync(async () => await _broker.QueryAsync<long>("SELECT count(*) FROM flow_queue.messages") == 0);

        _broker.Relay.Cut();
        await Until.TrueAsync(() => host.Bus.CheckHealth().Status != BusHealthStatus.Healthy);
        var sends = SendAsync(host, 20);
        await _broker.ConnectAsync();
        await sends;

        await Until.TrueAsync(() => _handled.ToHashSet().Count == 40);
        await Until.TrueAsync(() => host.Bus.CheckHealth().Status == BusHealthStatus.Healthy);
    }

    [Fact]
    public async Task Should_wait_for_a_server_that_takes_writes_after_a_failover()
    {
        await using var host = await TestHost.StartAsync(_broker.Settings);
        await HandleAsync(host);
        await _broker.ExecuteAsync($"ALTER DATABASE {_broker.Database} SET default_transaction_read_only = on");
        await _broker.ExecuteAsync("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()");
        var sends = SendAsync(host, 20);
        await Until.TrueAsync(async () => await _broker.QueryAsync<long>("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'flow queues'") > 1);
        sends.IsCompleted.ShouldBeFalse();

        await _broker.ExecuteAsync("postgres", $"ALTER DATABASE {_broker.Database} SET default_transaction_read_only = off");

        await sends;
        await Until.TrueAsync(() => _handled.ToHashSet().Count == 20);
    }

    // capability 61
    [Fact]
    public async Task Should_lose_nothing_when_the_server_crashes_and_starts_again()
    {
        Assert.SkipUnless(Directory.Exists("/usr/lib/postgresql"), "needs the distribution's package of PostgreSQL (tests/servers/packages.sh servers): a container is not killed");
        var parent = Environment.GetEnvironmentVariable("FLOW_TEST_DIRECTORY") ?? Path.GetTempPath();
        var directory = Path.Combine(parent, $"flow-queue-{Guid.NewGuid():N}"[..18]);
        var server = new ServerScript("postgres.sh", directory);
        try
        {
            var port = (await server.StartAsync())[0];
            await using var host = await TestHost.StartAsync(new Dictionary<string, string?>
            {
                ["Flow:Transport"] = "Postgres",
                ["ConnectionStrings:Flow"] = $"Host=127.0.0.1;Port={port};Username=postgres;Database=postgres",
            });
            await HandleAsync(host);
            foreach (var end in new[] { "kill", "immediate" })
            {
                using var stop = new CancellationTokenSource();
                var load = Task.WhenAll(Enumerable.Range(0, 8).Select(async _ =>
                {
                    while (!stop.IsCancellationRequested)
                        await SendAsync(host, 1);
                }));
                var before = _sent.Count;
                await Until.TrueAsync(() => _sent.Count > before + 200);
                await server.RunAsync(end);
                await server.StartAsync();
                before = _sent.Count;
                await Until.TrueAsync(() => _sent.Count > before + 200);
                await stop.CancelAsync();
                await load;
            }

            await Until.TrueAsync(() => _sent.ToHashSet().IsSubsetOf(_handled));
        }
        finally
        {
            await server.RunAsync("kill");
            Directory.Delete(directory, recursive: true);
        }
    }

    [Fact]
    public async Task Should_declare_a_queue_again_that_was_deleted_under_its_receiver()
    {
        await using var host = await TestHost.StartAsync(_broker.Settings);
        await HandleAsync(host);

        await _broker.ExecuteAsync("DELETE FROM flow_queue.queues; DELETE FROM flow_queue.bindings");

        await Until.TrueAsync(async () =>
        {
            await host.Bus.Publish(new Numbered(1), TestContext.Current.CancellationToken);
            return !_handled.IsEmpty;
        });
    }

    // capability 63
    [Fact]
    public async Task Should_find_within_seconds_a_message_that_nobody_told_of()
    {
        await using var host = await TestHost.StartAsync(_broker.Settings);
        await HandleAsync(host);
        await host.SendAsync("outage", new Numbered(1));
        await Until.TrueAsync(() => _handled.Contains(1));

        await _broker.ExecuteAsync("""
            INSERT INTO flow_queue.messages (queue_id, priority, transport_id, content_type, body)
            SELECT id, 100, gen_random_uuid(), 'application/vnd.masstransit+json', '{"messageType":["urn:message:Flow.Transports.Tests:Numbered"],"message":{"number":2}}'
            FROM flow_queue.queues WHERE name = 'outage'
            """);

        await Until.TrueAsync(() => _handled.Contains(2));
    }

    // capability 63
    [Fact]
    public async Task Should_ask_an_empty_queue_only_every_few_seconds()
    {
        await _broker.ConnectAsync();
        await using var host = await TestHost.StartAsync(_broker.UnreachableSettings);
        await HandleAsync(host);
        await host.SendAsync("outage", new Numbered(1));
        await Until.TrueAsync(() => _handled.Contains(1));
        var packets = 0;
        _broker.Relay.StopsSent = _ =>
        {
            Interlocked.Increment(ref packets);
            return false;
        };

        var clock = Stopwatch.StartNew();
        await Until.TrueAsync(() => clock.Elapsed > TimeSpan.FromSeconds(12));

        packets.ShouldBeLessThan(40);
    }

    // capability 62
    [Fact]
    public async Task Should_keep_the_order_of_each_key_over_two_processes()
    {
        await using var one = await TestHost.StartAsync(_broker.Settings);
        await using var two = await TestHost.StartAsync(new Dictionary<string, string?>(_broker.Settings) { ["ConnectionStrings:Queue"] = $"{_broker.ConnectionString};Application Name=two" });
        var order = new ConcurrentDictionary<int, ConcurrentQueue<int>>();
        var inHand = new ConcurrentDictionary<int, int>();
        var most = 0;
        foreach (var host in new[] { one, two })
        {
            await host.ServeAsync<Numbered>(
                "keyed",
                async context =>
                {
                    var key = context.Message.Number % 10;
                    most = Math.Max(most, inHand.AddOrUpdate(key, 1, (_, count) => count + 1));
                    order.GetOrAdd(key, _ => new()).Enqueue(context.Message.Number);
                    await Task.Yield();
                    inHand.AddOrUpdate(key, 0, (_, count) => count - 1);
                },
                e => ((ISqlReceiveEndpointConfigurator)e).SetReceiveMode(SqlReceiveMode.Partitioned));
        }

        foreach (var number in Enumerable.Range(0, 200))
            await one.SendAsync("keyed", new Numbered(number), context => context.SetPartitionKey($"key {number % 10}"));

        await Until.TrueAsync(() => order.Values.Sum(numbers => numbers.Count) >= 200);
        order.Values.ShouldAllBe(numbers => numbers.SequenceEqual(numbers.Order()));
        most.ShouldBe(1);
    }

    private async Task HandleAsync(TestHost host) => await host.ServeAsync<Numbered>("outage", context =>
    {
        _handled.Add(context.Message.Number);
        return Task.CompletedTask;
    });

    private Task SendAsync(TestHost host, int count) => Task.WhenAll(Enumerable.Range(0, count).Select(async _ =>
    {
        var number = Interlocked.Increment(ref _next);
        await (await host.Bus.GetSendEndpoint(new Uri("queue:outage"))).Send(new Numbered(number));
        _sent.Add(number);
    }));
}
