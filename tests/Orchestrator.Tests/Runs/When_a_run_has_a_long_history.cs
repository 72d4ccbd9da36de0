using System.Net.Http.Json;
using Flow.Orchestrator.Records;
using Flow.Orchestrator.Storage;
using Flow.Orchestrator.Tests.Hosts;
using Flow.Worker;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Flow.Orchestrator.Tests.Runs;

/// <summary>A hundred thousand events in one run, beside as many of others: what is asked of the run, and what it does, reads no more of them than it gives.</summary>
// capabilities 43, 44, 46, 48
public sealed class When_a_run_has_a_long_history : IAsyncLifetime
{
    private const int Iterations = 20_000;
    private const int Failures = 200;
    private const int PageSize = 100;

    private readonly TaskCompletionSource<string> _token = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ServerPlace _place = null!;
    private Guid _runId;

    public async ValueTask InitializeAsync()
    {
        _place = await ServerPlace.CreateAsync();
        await using var flow = await StartAsync();
        await flow.RegisterAsync("long", """
            {"StartAt":"First","States":{
              "First":{"Type":"Pass","Next":"Ask"},
              "Ask":{"Type":"Task","Resource":"arn:aws:states:::lambda:invoke.waitForTaskToken","Parameters":{"FunctionName":"ask","Payload.$":"$$.Task.Token"},"Next":"Each"},
              "Each":{"Type":"Map","ItemsPath":"$.items","ItemProcessor":{"StartAt":"Item","States":{"Item":{"Type":"Task","Resource":"flow:nobody/serves","End":true}}},"End":true}}}
            """);
        _runId = await flow.StartRunAsync("long");
        await _token.Task;
        await FillAsync(_runId, Guid.CreateVersion7());
        await SqlAsync("VACUUM ANALYZE");
    }

    public ValueTask DisposeAsync() => _place?.DisposeAsync() ?? ValueTask.CompletedTask;

    [Fact]
    public async Task Should_read_no_more_than_it_gives()
    {
        await using var flow = await StartAsync();
        await using var services = flow.Services.CreateAsyncScope();
        var db = services.ServiceProvider.GetRequiredService<OrchestratorDbContext>();
        (await db.History.Where(h => h.RunId == _runId).CountAsync()).ShouldBeGreaterThan(2 * Iterations);
        var middle = (await HistoryRows.Of(db, _runId, 0).Skip(Iterations).FirstAsync()).Id;
        var iteration = (await db.History.Where(h => h.RunId == _runId && h.NodeLeft == "Item").OrderBy(h => h.Id).Skip(Iterations / 2).FirstAsync()).ScopeId;

        await ShouldReadAsync(HistoryRows.Of(db, _runId, middle).Take(PageSize), PageSize);
        await ShouldReadAsync(HistoryRows.Failures(db, _runId, 0).Take(PageSize), PageSize);
        await ShouldReadAsync(HistoryRows.Failures(db, _runId, middle).Take(PageSize), PageSize);
        await ShouldReadAsync(HistoryRows.Exits(db, _runId, "First", null).Take(1), 1);
        await ShouldReadAsync(HistoryRows.Exits(db, _runId, "Item", null).Take(1), 1);
        await ShouldReadAsync(HistoryRows.Exits(db, _runId, "Item", iteration).Take(1), 1);
        await ShouldReadAsync(HistoryRows.Exits(db, _runId, "Each", null).Take(1), 0);
        await ShouldReadAsync(WorkItemList.Standing(db, _runId, Guid.Empty).Take(PageSize), 0);
    }

    [Fact]
    public async Task Should_read_no_more_for_a_page_over_HTTP_and_nothing_for_a_transition()
    {
        var atRest = await RowsReadAsync();
        await using (var flow = await StartAsync())
        {
            foreach (var page in new[] { "history?limit=100", "errors?limit=100", "nodes/First/output", "nodes/Item/output", "work-items?limit=100", "work-items?status=pending&limit=100" })
                (await flow.Http.GetAsync($"/v1/runs/{_runId}/{page}")).EnsureSuccessStatusCode();
        }

        var afterPages = await RowsReadAsync();
        // Two pages, two outputs, and the rows that a page of work items reads at the most: here none of them is of an item's end.
        (afterPages.History - atRest.History).ShouldBeInRange(2 * PageSize, (2 * (PageSize + 1)) + 2 + WorkItemList.MaxRows + 1);
        (afterPages.Scopes - atRest.Scopes).ShouldBeLessThan(10);

        await using (var flow = await StartAsync())
        {
            (await flow.Http.PostAsJsonAsync($"/v1/work-items/{await _token.Task}/complete", new { output = new { items = new[] { 1, 2 } } })).EnsureSuccessStatusCode();
            await Eventually.HoldsAsync("the run to go on", () => flow.Http.GetFromJsonAsync<RunDetails>($"/v1/runs/{_runId}", JsonSerializerOptions.Web).GetAwaiter().GetResult()!.Run.Node == "Each");
        }

        var afterTransition = await RowsReadAsync();
        (afterTransition.History - afterPages.History).ShouldBe(0);
        (afterTransition.Scopes - afterPages.Scopes).ShouldBeLessThan(20);
        (afterTransition.Scans - atRest.Scans).ShouldBe(0);
    }

    /// <summary>A query gives so many rows, and its plan has neither read nor sorted any others.</summary>
    private static async Task ShouldReadAsync<T>(IQueryable<T> query, int rows)
    {
        await using var command = query.CreateDbCommand();
        command.CommandText = "EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) " + command.CommandText;
        if (command.Connection!.State != System.Data.ConnectionState.Open)
            await command.Connection.OpenAsync();
        var text = (string)(await command.ExecuteScalarAsync())!;
        var plan = JsonElement.Parse(text)[0].GetProperty("Plan");
        var nodes = Nodes(plan).ToList();
        nodes.Select(Type).ShouldAllBe(type => type == "Limit" || type == "Index Scan", text);
        nodes.Where(n => Type(n) == "Index Scan").ShouldAllBe(n => n.GetProperty("Actual Rows").GetDouble() == rows && !n.EnumerateObject().Any(p => p.Name == "Rows Removed by Filter" && p.Value.GetDouble() > 0), text);
        // Some pages of the index and, at worst, one of the table for each row.
        (plan.GetProperty("Shared Hit Blocks").GetInt64() + plan.GetProperty("Shared Read Blocks").GetInt64()).ShouldBeLessThan(rows + 12, text);

        static string Type(JsonElement node) => node.GetProperty("Node Type").GetString()!;
    }

    private static IEnumerable<JsonElement> Nodes(JsonElement plan) =>
        (plan.TryGetProperty("Plans", out var plans) ? plans.EnumerateArray().SelectMany(Nodes) : []).Prepend(plan);

    /// <summary>Iterations of a Map that ended, in two runs at once, as their transitions would have written them.</summary>
    private Task FillAsync(Guid runId, Guid other) => SqlAsync($$"""
        CREATE TEMP TABLE items AS SELECT run_id, gen_random_uuid() AS scope_id, gen_random_uuid() AS token, n
          FROM generate_series(1, {{Iterations}}) AS n, (VALUES ('{{runId}}'::uuid), ('{{other}}'::uuid)) AS runs (run_id);
        INSERT INTO scopes (scope_id, run_id, parent_id, group_token, index, lineage, status, scope, node, sequence, started_at, ended_at, redrives)
          SELECT scope_id, run_id, run_id, run_id, n, '/' || replace(run_id::text, '-', ''), 'Succeeded', '{}', 'Item', 2, now(), now(), 0 FROM items;
        INSERT INTO history (run_id, scope_id, sequence, events) SELECT run_id, scope_id, 1,
          format('[{"type":"MapIterationStarted","node":"Each","timestamp":"2026-01-01T00:00:00Z","index":%s},{"type":"TaskStateEntered","node":"Item","timestamp":"2026-01-01T00:00:00Z","input":%s},'
            || '{"type":"TaskScheduled","node":"Item","timestamp":"2026-01-01T00:00:00Z","token":"%s","attempt":1,"resource":"flow:nobody/serves","input":%s}]', n, n, token, n)::json FROM items ORDER BY n;
        INSERT INTO history (run_id, scope_id, sequence, node_left, events) SELECT run_id, scope_id, 2, 'Item',
          format('[{"type":"TaskSucceeded","node":"Item","timestamp":"2026-01-01T00:00:01Z","token":"%s","attempt":1,"output":%s},{"type":"TaskStateExited","node":"Item","timestamp":"2026-01-01T00:00:01Z","output":%s}]',
            token, n, n)::json FROM items ORDER BY n;
        INSERT INTO history (run_id, scope_id, sequence, failure, events) SELECT run_id, scope_id, 3, 'Handled',
          format('[{"type":"TaskFailed","node":"Item","timestamp":"2026-01-01T00:00:02Z","token":"%s","attempt":2,"error":"E"}]', token)::json FROM items WHERE n <= {{Failures}} ORDER BY n;
        """);

    /// <summary>Rows of the tables that were read so far, and scans of one of them from end to end.</summary>
    private async Task<(long History, long Scopes, long Scans)> RowsReadAsync()
    {
        // What a session has done is counted for sure once it has ended.
        NpgsqlConnection.ClearAllPools();
        await using var connection = await OpenAsync();
        await using var others = new NpgsqlCommand("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND backend_type = 'client backend' AND pid <> pg_backend_pid()", connection);
        await Eventually.HoldsAsync("the sessions to end", () => others.ExecuteScalar() is 0L);
        await using var command = new NpgsqlCommand("SELECT relname::text, idx_tup_fetch + seq_tup_read, seq_scan FROM pg_stat_user_tables WHERE relname IN ('history', 'scopes')", connection);
        await using var reader = await command.ExecuteReaderAsync();
        var read = new Dictionary<string, long>(StringComparer.Ordinal);
        var scans = 0L;
        while (await reader.ReadAsync())
        {
            read.Add(reader.GetString(0), reader.GetInt64(1));
            scans += reader.GetInt64(2);
        }

        return (read["history"], read["scopes"], scans);
    }

    private Task<FlowHost> StartAsync() => FlowHost.StartAsync(_place.Settings, worker => worker.AddHandler<JsonElement, JsonElement>("ask", (input, _) =>
    {
        _token.TrySetResult(input.GetProperty("Payload").GetString()!);
        return Task.FromResult(input);
    }));

    private async Task SqlAsync(string sql)
    {
        await using var connection = await OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    private async Task<NpgsqlConnection> OpenAsync()
    {
        var connection = new NpgsqlConnection(_place.Settings["ConnectionStrings:Flow"] + ";Pooling=false;Command Timeout=300");
        await connection.OpenAsync();
        return connection;
    }
}
