using System.Net.Http.Json;
using Flow.Orchestrator.Explaining;
using Flow.Orchestrator.Tests.Hosts;
using Flow.Worker;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Flow.Orchestrator.Tests.Runs;

/// <summary>Nothing that runs do, or that is asked of them, reads a table from end to end.</summary>
public sealed class When_a_million_runs_are_stored : IAsyncLifetime
{
    private static readonly string[] Tables = ["runs", "scopes", "history", "journal"];

    private ServerPlace _place = null!;

    public async ValueTask InitializeAsync()
    {
        _place = await ServerPlace.CreateAsync();
        await using (await StartAsync())
        {
            // Makes the tables.
        }
    }

    public ValueTask DisposeAsync() => _place?.DisposeAsync() ?? ValueTask.CompletedTask;

    // capabilities 36, 44, 160
    [Fact]
    public async Task Should_scan_no_table()
    {
        await FillAsync();
        var before = await ScansAsync();

        await using (var flow = await StartAsync())
        {
            await flow.RegisterAsync("all", """
                {"StartAt":"T","States":{
                  "T":{"Type":"Task","Resource":"flow:flaky","TimeoutSeconds":60,"Retry":[{"ErrorEquals":["States.ALL"],"IntervalSeconds":1}],"ResultPath":null,"Next":"M"},
                  "M":{"Type":"Map","ItemsPath":"$.items","MaxConcurrency":2,"ItemProcessor":{"StartAt":"I","States":{"I":{"Type":"Task","Resource":"flow:echo","End":true}}},"Next":"P"},
                  "P":{"Type":"Parallel","Branches":[{"StartAt":"W","States":{"W":{"Type":"Wait","Seconds":1,"End":true}}},
                    {"StartAt":"R","States":{"R":{"Type":"Task","Resource":"arn:aws:states:::states:startExecution.sync","Parameters":{"StateMachineArn":"child"},"End":true}}}],"Next":"F"},
                  "F":{"Type":"Fail","Error":"End"}}}
                """);
            await flow.RegisterAsync("child", """{"StartAt":"P","States":{"P":{"Type":"Pass","End":true}}}""");
            var run = (await flow.RunAsync("all", new { items = new[] { 1, 2, 3, 4, 5 } })).Run;
            run.Error.ShouldBe("End");
            (await flow.Http.PostAsync($"/v1/runs/{run.RunId}/redrive", null)).EnsureSuccessStatusCode();
            await flow.EndedAsync(run.RunId);
            var open = await flow.StartRunAsync("all", new { items = new[] { 1 } });
            foreach (var verb in new[] { "pause", "resume", "cancel" })
                (await flow.Http.PostAsync($"/v1/runs/{open}/{verb}", null)).EnsureSuccessStatusCode();
            foreach (var query in new[] { "", "?workflow=all", "?status=Running", "?name=nobody", "?status=Failed&workflow=all", $"?startedAfter={Uri.EscapeDataString(run.StartedAt.ToString("O"))}" })
                (await flow.Http.GetAsync("/v1/runs" + query)).EnsureSuccessStatusCode();
            foreach (var part in new[] { "", "/why", "/history?limit=5", "/journal?take=5", "/errors?limit=5", "/work-items?limit=5", "/work-items?status=pending", "/nodes/T/output", "/nodes/I/output" })
                (await flow.Http.GetAsync($"/v1/runs/{run.RunId}{part}")).EnsureSuccessStatusCode();
            await flow.Services.GetRequiredService<Reconciler>().LookAsync(CancellationToken.None);
        }

        (await ScansAsync()).ShouldBe(before, ignoreOrder: true);
    }

    private async Task<FlowHost> StartAsync()
    {
        var failed = 0;
        return await FlowHost.StartAsync(_place.Settings, worker => worker
            .AddHandler<JsonElement, JsonElement>("echo", (input, _) => Task.FromResult(input))
            .AddHandler<JsonElement, JsonElement>("flaky", (input, _) => Interlocked.Exchange(ref failed, 1) == 0 ? throw new InvalidOperationException("first time") : Task.FromResult(input)));
    }

    private Task FillAsync() => SqlAsync("""
        INSERT INTO workflow_versions (name, version, hash, definition, registered_at) VALUES ('old', 1, 'x', '{}', now());
        INSERT INTO runs (run_id, workflow, workflow_version, request_hash, input, queue, priority, trigger, tags, status, scope, node, sequence, output, started_at, ended_at, redrives)
          SELECT gen_random_uuid(), 'old', 1, 'x', '{}', 'default', 'Default', 'Event', '{}', CASE n % 10 WHEN 0 THEN 'Failed' ELSE 'Succeeded' END, '{}', 'N', 3, '{}',
            now() - n * interval '1 second', now() - n * interval '1 second' + interval '1 minute', 0
          FROM generate_series(1, 1000000) AS n;
        INSERT INTO scopes (scope_id, run_id, parent_id, group_token, index, lineage, status, scope, node, sequence, started_at, ended_at, redrives)
          SELECT gen_random_uuid(), run_id, run_id, run_id, 0, '/' || run_id, 'Succeeded', '{}', 'N', 2, started_at, ended_at, 0 FROM runs LIMIT 300000;
        INSERT INTO history (run_id, scope_id, sequence, events) SELECT run_id, run_id, 1, '[]' FROM runs LIMIT 300000;
        INSERT INTO journal (run_id, scope_id, token, index, node, kind, value, recorded_at) SELECT run_id, run_id, run_id, 0, 'N', 'noted', '1', now() FROM runs LIMIT 300000;
        ANALYZE;
        """);

    private async Task<Dictionary<string, long>> ScansAsync()
    {
        // What a session has done is counted for sure once it has ended.
        NpgsqlConnection.ClearAllPools();
        await using var connection = new NpgsqlConnection(_place.Settings["ConnectionStrings:Flow"] + ";Pooling=false");
        await connection.OpenAsync();
        await using var others = new NpgsqlCommand("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND backend_type = 'client backend' AND pid <> pg_backend_pid()", connection);
        await Eventually.HoldsAsync("the sessions to end", () => others.ExecuteScalar() is 0L);
        await using var command = new NpgsqlCommand("SELECT relname::text, seq_scan FROM pg_stat_user_tables WHERE relname = ANY($1)", connection) { Parameters = { new() { Value = Tables } } };
        await using var reader = await command.ExecuteReaderAsync();
        var scans = new Dictionary<string, long>(StringComparer.Ordinal);
        while (await reader.ReadAsync())
            scans.Add(reader.GetString(0), reader.GetInt64(1));
        return scans;
    }

    private async Task SqlAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(_place.Settings["ConnectionStrings:Flow"] + ";Pooling=false;Command Timeout=300");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
