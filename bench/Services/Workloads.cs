using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Flow.Contracts;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Flow.Bench.Services;

/// <summary>The workloads by name. Sizes are scaled by FLOW_BENCH_SCALE; 1 is the full size.</summary>
internal sealed class Workloads(Installation flow, IBus bus, RunEnds ends)
{
    private const int Concurrency = 16;
    internal static readonly double Scale = double.Parse(Environment.GetEnvironmentVariable("FLOW_BENCH_SCALE") ?? "1", CultureInfo.InvariantCulture);

    private static readonly string[] All = ["floor", "idle", "chain", "jobs", "fan-out", "timers", "growth"];

    /// <summary>Runs the workloads named, or all, in the order of <see cref="All"/>.</summary>
    public static async Task RunAsync(string[] names)
    {
        if (names.Except(All).FirstOrDefault() is { } unknown)
            throw new ArgumentException($"'{unknown}' is not a workload; there are {string.Join(", ", All)}.", nameof(names));
        await using var flow = new Installation();
        var (host, ends) = await RunEnds.ConnectAsync(flow.Settings);
        using (host)
        {
            var workloads = new Workloads(flow, host.Services.GetRequiredService<IBus>(), ends);
            var chosen = All.Where(name => names.Length == 0 || names.Contains(name)).ToList();
            if (chosen.Remove("floor"))
                await workloads.FloorAsync();
            if (chosen.Count > 0)
            {
                await flow.StartFlowAsync();
                await workloads.RegisterAsync();
            }

            foreach (var name in chosen)
                await workloads.RunAsync(name);
            await host.StopAsync();
        }
    }

    private Task RunAsync(string name) => name switch
    {
        "idle" => IdleAsync(),
        "chain" => ManyAsync("chain", "chain", Sized(2_000), Sized(200)),
        "jobs" => ManyAsync("jobs", "single", Sized(20_000), Sized(200)),
        "fan-out" => FanOutAsync(),
        "timers" => TimersAsync(),
        _ => GrowthAsync(),
    };

    private async Task RegisterAsync()
    {
        await flow.RegisterAsync("chain", Chain(5));
        await flow.RegisterAsync("single", Chain(1));
        await flow.RegisterAsync("wide", """
            { "QueryLanguage": "JSONata", "StartAt": "Each", "States": { "Each": { "Type": "Map", "Items": "{% [1..$states.input.items] %}", "End": true,
              "ItemProcessor": { "StartAt": "Echo", "States": { "Echo": { "Type": "Task", "Resource": "flow:echo", "End": true } } },
              "Output": "{% $count($states.result) %}" } } }
            """);
        await flow.RegisterAsync("wait", """{ "StartAt": "Wait", "States": { "Wait": { "Type": "Wait", "Seconds": 10, "End": true } } }""");
    }

    private async Task FloorAsync()
    {
        string bench = "bench/bin/Release/net10.0/Flow.Bench.dll";
        await flow.StartAsync("near", bench, "floor", "near");
        await flow.StartAsync("far", bench, "floor", "far");
        await ManyAsync("floor", Floor.Near, Sized(2_000), Sized(200));
        await flow.StopAsync("near", "far");
    }

    /// <summary>Warms up, then measures runs one at a time (latency), then many at once (throughput and CPU).</summary>
    private async Task ManyAsync(string name, string workflow, int count, int single)
    {
        await LoopAsync(workflow, Math.Max(single, count / 4), Concurrency);
        var latencies = await LoopAsync(workflow, single, 1);
        var meter = new Meter(flow);
        await LoopAsync(workflow, count, Concurrency);
        meter.Write(name, count, "run", latencies);
    }

    private async Task FanOutAsync()
    {
        await RunOneAsync("wide", new { items = 200 });
        foreach (var items in (Environment.GetEnvironmentVariable("FLOW_BENCH_ITEMS") ?? "100,1000,10000").Split(',').Select(int.Parse))
        {
            var runs = Math.Max(1, Sized(2_000) / items);
            var meter = new Meter(flow);
            for (var i = 0; i < runs; i++)
                await RunOneAsync("wide", new { items });
            meter.Write($"fan-out {items}", items * runs, "item");
        }
    }

    /// <summary>How late waiting runs go on beside many pending timers, and how fast timers that fell due while nobody looked are worked off.</summary>
    private async Task TimersAsync()
    {
        var pending = Sized(100_000);
        await StoreTimersAsync(pending, "now() + interval '2 hours'");
        await LoopAsync("wait", 50, 50);
        var measured = Sized(1_000);
        await flow.ExecuteAsync("CREATE TABLE IF NOT EXISTS bench_since (at timestamptz); TRUNCATE bench_since; INSERT INTO bench_since VALUES (now())");
        await LoopAsync("wait", measured, measured);
        const string Lateness = "percentile_cont({0}) WITHIN GROUP (ORDER BY extract(epoch FROM ended_at - started_at) - 10) * 1000";
        var sql = "SELECT {0} FROM runs WHERE workflow = 'wait' AND started_at > (SELECT at FROM bench_since)";
        var half = await flow.QueryAsync<double>(string.Format(CultureInfo.InvariantCulture, sql, string.Format(CultureInfo.InvariantCulture, Lateness, "0.5")));
        var most = await flow.QueryAsync<double>(string.Format(CultureInfo.InvariantCulture, sql, string.Format(CultureInfo.InvariantCulture, Lateness, "0.99")));
        Line(new() { ["workload"] = "timers", ["n"] = measured, ["pending"] = pending, ["late_p50_ms"] = Round(half), ["late_p99_ms"] = Round(most) });

        var before = await LoopAsync("chain", 40, 1);
        Array.Sort(before);
        Line(new() { ["workload"] = "chain before", ["n"] = before.Length, ["p50_ms"] = Round(before[before.Length / 2]), ["p99_ms"] = Round(before[^1]) });
        await StoreWaitsAsync(pending);
        await flow.StartOrchestratorAsync();
        var meter = new Meter(flow);
        var (during, watch) = (new List<double>(), Stopwatch.StartNew());
        while (await flow.QueryAsync<bool>("SELECT EXISTS (SELECT FROM timers WHERE due_at < now())") && watch.Elapsed < TimeSpan.FromMinutes(10))
            during.AddRange(await LoopAsync("chain", 5, 1));
        var left = (int)await flow.QueryAsync<long>("SELECT count(*) FROM timers WHERE due_at < now()");
        meter.Write("overdue timers", pending - left, "timer", [.. during]);
        await flow.ExecuteAsync("TRUNCATE timers");
    }

    /// <summary>Stops the orchestrator, and stores that many copies of a run that waits, whose timers fell due an hour ago.</summary>
    private async Task StoreWaitsAsync(int count)
    {
        // It ends with the others.
        _ = RunOneAsync("wait", new { });
        const string Waiting = "FROM timers AS t JOIN runs AS r USING (run_id) WHERE r.workflow = 'wait' AND r.ended_at IS NULL";
        while (!await flow.QueryAsync<bool>($"SELECT EXISTS (SELECT {Waiting})"))
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, CancellationToken.None);
        await flow.StopAsync("orchestrator");
        await flow.ExecuteAsync($"""
            CREATE TEMPORARY TABLE waiting AS SELECT r.run_id, t.token {Waiting} LIMIT 1;
            INSERT INTO runs SELECT p.*
            FROM runs AS r JOIN waiting AS w ON w.run_id = r.run_id
            CROSS JOIN (SELECT md5('waiting' || i)::uuid AS id, md5('token' || i)::uuid AS token FROM generate_series(1, {count}) AS i) AS new
            CROSS JOIN LATERAL jsonb_populate_record(r, jsonb_build_object(
              'run_id', new.id, 'scope', replace(replace(r.scope::text, r.run_id::text, new.id::text), w.token::text, new.token::text)::jsonb)) AS p;
            INSERT INTO timers (token, kind, due_at, run_id, scope_id)
            SELECT md5('token' || i)::uuid, 'Wait', now() - interval '1 hour' + i * interval '1 millisecond', md5('waiting' || i)::uuid, md5('waiting' || i)::uuid FROM generate_series(1, {count}) AS i;
            DROP TABLE waiting;
            """);
    }

    private Task StoreTimersAsync(int count, string dueAt) => flow.ExecuteAsync($"""
        INSERT INTO timers (token, kind, due_at, run_id, scope_id)
        SELECT gen_random_uuid(), 'Wait', {dueAt} + i * interval '1 millisecond', r, r FROM (SELECT i, gen_random_uuid() AS r FROM generate_series(1, {count}) AS i) AS timer
        """);

    private async Task GrowthAsync()
    {
        var stored = Sized(1_000_000);
        await LoopAsync("chain", 20, 4);
        await flow.ExecuteAsync($"""
            INSERT INTO runs SELECT p.*
            FROM runs AS r
            CROSS JOIN generate_series(1, {stored}) AS i
            CROSS JOIN LATERAL jsonb_populate_record(r, jsonb_build_object('run_id', md5('run' || i)::uuid, 'started_at', now() - i * interval '1 second')) AS p
            WHERE r.run_id = (SELECT run_id FROM runs WHERE workflow = 'chain' AND ended_at IS NOT NULL LIMIT 1)
            """);
        await flow.ExecuteAsync($"""
            INSERT INTO history (run_id, scope_id, sequence, events, node_left) SELECT stored.id, stored.id, h.sequence, h.events, h.node_left
            FROM generate_series(1, {stored}) AS i CROSS JOIN LATERAL (SELECT md5('run' || i)::uuid AS id) AS stored
            CROSS JOIN (SELECT * FROM history WHERE run_id = (SELECT run_id FROM runs WHERE workflow = 'chain' AND ended_at IS NOT NULL ORDER BY started_at DESC LIMIT 1)) AS h
            """);
        await flow.ExecuteAsync("VACUUM ANALYZE runs, history");
        await ManyAsync($"growth {stored}", "chain", Sized(2_000), Sized(200));
    }

    private async Task IdleAsync()
    {
        await LoopAsync("chain", 50, 4);
        // PostgreSQL counts the last transactions of a connection that is idle after up to 10 seconds.
        await Task.Delay(TimeSpan.FromSeconds(15), TimeProvider.System, CancellationToken.None);
        var meter = new Meter(flow);
        var before = await TransactionsAsync();
        await Task.Delay(TimeSpan.FromSeconds(20), TimeProvider.System, CancellationToken.None);
        var transactions = await TransactionsAsync() - before;
        meter.WriteIdle(transactions);
    }

    // Without the transactions of this process, of which the first look is one.
    private async Task<long> TransactionsAsync() =>
        await flow.QueryAsync<long>("SELECT xact_commit + xact_rollback FROM pg_stat_database WHERE datname = current_database()");

    private async Task<double[]> LoopAsync(string workflow, int count, int concurrency)
    {
        var latencies = new double[count];
        var next = -1;
        await Task.WhenAll(Enumerable.Range(0, concurrency).Select(async _ =>
        {
            while (Interlocked.Increment(ref next) is var index && index < count)
                latencies[index] = await RunOneAsync(workflow, new { id = index });
        }));
        return latencies;
    }

    private async Task<double> RunOneAsync(string workflow, object input)
    {
        var endpoint = await bus.GetSendEndpoint(new Uri($"queue:{(workflow == Floor.Near ? Floor.Near : QueueNames.StartRun)}"));
        var watch = Stopwatch.StartNew();
        await ends.RunAsync(endpoint, new StartRun { RunId = Guid.NewGuid(), Workflow = workflow, Input = JsonSerializer.SerializeToElement(input) });
        return watch.Elapsed.TotalMilliseconds;
    }

    internal static string Chain(int nodes) => JsonSerializer.Serialize(new
    {
        StartAt = "N1",
        States = Enumerable.Range(1, nodes).ToDictionary(
            i => $"N{i}",
            i => i == nodes ? new Dictionary<string, object> { ["Type"] = "Task", ["Resource"] = "flow:echo", ["End"] = true }
                : new() { ["Type"] = "Task", ["Resource"] = "flow:echo", ["Next"] = $"N{i + 1}" },
            StringComparer.Ordinal),
    });

    private static int Sized(int full) => Math.Max(1, (int)(full * Scale));

    internal static double Round(double value) => Math.Round(value, 2);

    internal static void Line(Dictionary<string, object> line) => Console.WriteLine(JsonSerializer.Serialize(line));
}
