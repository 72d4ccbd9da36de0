using Npgsql;
using RabbitMQ.Client;

namespace Flow.Chaos.Tests;

/// <summary>
/// Makes the fixture of the upgrade test from the binaries of today: a database with open runs of every kind, and the messages that were queued when its
/// processes died. <c>dotnet Flow.Chaos.Tests.dll capture tests/Chaos/upgrade</c>, once for a release.
/// </summary>
internal static class ReleaseCapture
{
    private const int RunsOfAKind = 2;

    public static async Task<int> RunAsync(string directory)
    {
        Directory.CreateDirectory(directory);
        await using var servers = await OwnServers.StartAsync();
        await using var flow = await Installation.CreateAsync(servers.Addresses);
        await CommitPoints.PrepareAsync(flow);
        var effects = Path.Combine(servers.Path, "effects");
        Directory.CreateDirectory(effects);
        var orchestrator = flow.Orchestrator(("ConnectionStrings__Flow", $"{flow.ConnectionString};Application Name={ChaosSite.NameOf(0)}"));
        var worker = await StartWorkerAsync(flow, effects);
        await orchestrator.ReadyAsync();
        foreach (var (name, definition) in UpgradeWorkflows.All)
            await flow.RegisterAsync(orchestrator, name, definition);

        // Runs that are under way when the workers die: waiting for a timer, for the holder of a token, for a child, for the second half of a Map.
        var n = 0;
        foreach (var name in UpgradeWorkflows.All.Keys)
        {
            for (var i = 0; i < RunsOfAKind; i++)
                await StartAsync(flow, name, ++n);
        }

        await Waiting.UntilAsync(
            "the tokens to be passed on",
            () => Task.FromResult(EffectLog.ReadAll(effects).Count(effect => effect.Node == "Callback")),
            held => held >= RunsOfAKind);
        await worker.KillAsync();
        // Runs whose items nobody has taken, and one whose messages were committed and not sent.
        foreach (var name in UpgradeWorkflows.All.Keys)
            await StartAsync(flow, name, ++n);
        await Waiting.UntilAsync("their items to be queued", () => DepthAsync(flow, "flow-work-chaos"), depth => depth >= UpgradeWorkflows.All.Count);
        await CommitPoints.AtAsync(flow, CommitPoints.Commit, orchestrator.KillAsync, () => StartAsync(flow, Workload.Workflow, ++n));
        await StartAsync(flow, Workload.Workflow, ++n);

        // Answers that nobody has read, to every second item; the others stay items.
        var items = await QueuedMessage.TakeAsync(flow.BrokerUri, ["flow-work-chaos"]);
        await QueuedMessage.SendAsync(flow.BrokerUri, items.Where((_, i) => i % 2 == 0));
        worker = await StartWorkerAsync(flow, effects);
        await Waiting.UntilAsync("answers to be queued", () => DepthAsync(flow, "flow-runs"), depth => depth >= 2);
        await worker.KillAsync();
        await WriteAsync(flow, servers, effects, directory, items.Where((_, i) => i % 2 == 1));
        return 0;
    }

    private static async Task<FlowProcess> StartWorkerAsync(Installation flow, string effects) =>
        await flow.Start("tests/Chaos", "Flow.Chaos.Tests", [("Flow__Worker__Concurrency", "1")], "worker", effects).ReadyAsync();

    private static Task StartAsync(Installation flow, string workflow, int n) =>
        flow.PublishAsync("flow-start-run", $$"""{"workflow":"{{workflow}}","idempotencyKey":"{{n}}","input":{{Workload.Input(n)}}}""");

    private static async Task<uint> DepthAsync(Installation flow, string queue)
    {
        await using var connection = await new ConnectionFactory { Uri = flow.BrokerUri }.CreateConnectionAsync();
        await using var channel = await connection.CreateChannelAsync();
        return await channel.MessageCountAsync(queue);
    }

    private static async Task WriteAsync(Installation flow, OwnServers servers, string effects, string directory, IEnumerable<QueuedMessage> items)
    {
        // The transaction that was held goes on to its end without its process.
        await Waiting.UntilAsync(
            "the last transaction to be committed",
            () => flow.ScalarAsync<long>("SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep'"), held => held == 0);
        var messages = await QueuedMessage.TakeAsync(flow.BrokerUri, await flow.QueuesAsync());
        messages.AddRange(items);
        var holders = EffectLog.ReadAll(effects).Where(effect => effect.Node == "Callback").DistinctBy(effect => effect.Token);
        messages.AddRange(holders.Select(UpgradeWorkflows.AnswerTo));
        await flow.ExecuteAsync("DROP FUNCTION chaos_hold CASCADE; DROP TABLE chaos_armed");
        await using var connection = new NpgsqlConnection(flow.ConnectionString);
        await connection.OpenAsync();
        await UpgradeFixture.WriteAsync(directory, messages, connection, flow.BrokerUri, servers);
    }
}
