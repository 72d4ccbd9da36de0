using Npgsql;

namespace Flow.Chaos.Tests;

/// <summary>The database and the queued messages of the previous release, with runs open: today's processes take them over.</summary>
public sealed class When_a_release_is_upgraded
{
    private const string Ended = "SELECT count(*) FROM runs WHERE ended_at IS NULL";

    [Fact]
    public async Task Should_bring_every_open_run_to_its_right_end()
    {
        OwnServers.Require();
        var fixture = Repository.PathOf("tests", "Chaos", "upgrade");
        await using var servers = await OwnServers.StartAsync();
        await using var flow = await Installation.CreateAsync(servers.Addresses, migrate: false);
        await using var database = new NpgsqlConnection(flow.ConnectionString);
        await database.OpenAsync();
        await UpgradeFixture.RestoreAsync(fixture, servers, database, flow.BrokerUri);
        var open = await flow.ScalarAsync<long>(Ended);
        var effects = Path.Combine(servers.Path, "effects");
        Directory.CreateDirectory(effects);

        await flow.MigrateAsync();
        var orchestrator = flow.Orchestrator();
        var worker = flow.Start("tests/Chaos", "Flow.Chaos.Tests", [], "worker", effects);
        await Task.WhenAll(orchestrator.ReadyAsync(), worker.ReadyAsync());
        await QueuedMessage.SendAsync(flow.BrokerUri, UpgradeFixture.Messages(fixture, flow.BrokerUri));
        var answered = new HashSet<Guid>();
        await Waiting.UntilAsync(
            () => $"every run to end; the orchestrator wrote:\n{orchestrator.Output}",
            async () =>
            {
                await AnswerAsync(flow, effects, answered);
                return await flow.ScalarAsync<long>(Ended);
            },
            left => left == 0 && answered.Count > 0);

        open.ShouldBeGreaterThan(10);
        var wrong = new List<string>();
        await using var command = new NpgsqlCommand("SELECT run_id, workflow, status, (input->>'n')::int, output::text FROM runs", database);
        await using (var runs = await command.ExecuteReaderAsync())
        {
            while (await runs.ReadAsync())
            {
                var output = await runs.IsDBNullAsync(4) ? null : runs.GetString(4);
                if (runs.GetString(2) != "Succeeded" || !UpgradeWorkflows.IsRight(runs.GetString(1), runs.GetInt32(3), output))
                    wrong.Add($"{runs.GetString(1)} {runs.GetGuid(0)}: {runs.GetString(2)} with {output}");
            }
        }

        wrong.ShouldBeEmpty();
        (await flow.ScalarAsync<long>("SELECT count(*) FROM history, json_array_elements(events) e WHERE e->>'type' LIKE '%TimedOut'"))
            .ShouldBe(0, "a queued message was not understood, and its attempt began anew");
        (await Leftovers.InQueuesAsync(flow)).ShouldBeEmpty();
        (await Leftovers.InOutboxAsync(flow)).ShouldBeEmpty();
    }

    /// <summary>Answers for those who hold tokens that today's worker has passed on.</summary>
    private static async Task AnswerAsync(Installation flow, string effects, HashSet<Guid> answered)
    {
        foreach (var effect in EffectLog.ReadAll(effects).Where(effect => effect.Node == "Callback" && answered.Add(effect.Token)).ToList())
            await QueuedMessage.SendAsync(flow.BrokerUri, [UpgradeWorkflows.AnswerTo(effect)]);
    }
}
