using Npgsql;

namespace Flow.Chaos.Tests;

/// <summary>Compares what was accepted, what handlers did and what Flow recorded.</summary>
internal sealed class Audit(Installation flow, string effects, Func<HttpClient> orchestrator)
{
    private const string Succeeded = "TaskSucceeded";

    /// <summary>The books of these runs; all of them have ended, or had the time to.</summary>
    public async Task<Findings> OfAsync(IReadOnlyDictionary<Guid, int> accepted)
    {
        Guid[] ids = [.. accepted.Keys];
        var done = EffectLog.Read(effects, accepted.Keys.ToHashSet());
        var runs = (await RowsAsync("SELECT run_id, status, ended_at IS NULL, output::text FROM runs WHERE run_id = ANY(@ids)", ids))
            .ToDictionary(row => (Guid)row[0], row => (Status: (string)row[1], Open: (bool)row[2], Output: row[3] as string));
        var events = await RowsAsync($"{Events} SELECT run_id, scope_id, node, count(*) FROM events WHERE type = '{Succeeded}' GROUP BY 1, 2, 3", ids);
        var problems = new List<string>();
        var lost = accepted.Where(run => !runs.TryGetValue(run.Key, out var row) || (!row.Open && (row.Status != "Succeeded" || !Workload.IsRight(run.Value, row.Output)))).ToList();
        problems.AddRange(lost.Select(run => $"lost: run {run.Key}: {(runs.TryGetValue(run.Key, out var row) ? $"{row.Status} with {row.Output}" : "never begun")}"));
        var open = ids.Where(id => runs.TryGetValue(id, out var row) && row.Open).ToList();
        foreach (var id in open)
            problems.Add($"unexplained: run {id} has not ended: {await DescribeAsync(id)}");

        var twice = events.Where(row => (long)row[3] > 1).Select(row => $"node {row[2]} of scope {row[1]} has {row[3]} successes")
            .Concat((await RowsAsync(TwoEnds, ids)).Select(row => $"run {row[0]} has {row[1]} ends"))
            .Concat((await RowsAsync(Gaps, ids)).Select(row => $"scope {row[0]} has {row[1]} records up to number {row[2]}")).ToList();
        problems.AddRange(twice.Select(text => $"recorded twice: {text}"));

        var doneOnce = done.Select(effect => (effect.RunId, effect.ScopeId, effect.Node)).ToHashSet();
        problems.AddRange(events.Where(row => !doneOnce.Contains(((Guid)row[0], (Guid)row[1], (string)row[2]))).Select(row => $"recorded without an effect: node {row[2]} of scope {row[1]}"));
        problems.AddRange(events.GroupBy(row => (Guid)row[0]).Where(run => !open.Contains(run.Key) && run.Count() != Workload.TasksOfARun)
            .Select(run => $"run {run.Key} has {run.Count()} successes of {Workload.TasksOfARun}"));
        return new Findings
        {
            Runs = accepted.Count,
            Lost = lost.Count,
            RecordedTwice = twice.Count,
            Unexplained = open.Count,
            DoneAgain = done.Count - doneOnce.Count,
            Slowest = TimeSpan.FromSeconds((double)(await RowsAsync("SELECT coalesce(extract(epoch FROM max(ended_at - started_at)), 0)::float8 FROM runs WHERE run_id = ANY(@ids)", ids))[0][0]),
            Problems = problems,
        };
    }

    /// <summary>How many of these runs have not ended.</summary>
    public async Task<int> OpenAsync(IEnumerable<Guid> ids)
    {
        Guid[] all = [.. ids];
        var ended = await RowsAsync("SELECT count(*) FROM runs WHERE run_id = ANY(@ids) AND ended_at IS NOT NULL", all);
        return all.Length - (int)(long)ended[0][0];
    }

    private const string Events = """
        WITH events AS (
          SELECT h.run_id, h.scope_id, e->>'type' AS type, e->>'node' AS node FROM history h, json_array_elements(h.events) e WHERE h.run_id = ANY(@ids))
        """;

    private const string TwoEnds = Events + """
         SELECT run_id, count(*) FROM events
         WHERE type IN ('ExecutionSucceeded', 'ExecutionFailed', 'ExecutionAborted', 'ExecutionTimedOut') GROUP BY 1 HAVING count(*) > 1
        """;

    private const string Gaps = """
        SELECT scope_id, count(*), max(sequence) FROM history WHERE run_id = ANY(@ids) GROUP BY 1 HAVING count(*) <> max(sequence) OR count(DISTINCT sequence) <> count(*)
        """;

    /// <summary>Where a run stands that did not end: its open scopes, timers and unsent messages.</summary>
    private async Task<string> DescribeAsync(Guid run)
    {
        var scopes = await RowsAsync(
            "SELECT status, node, scope::text FROM runs WHERE run_id = ANY(@ids) UNION ALL SELECT status, node, scope::text FROM scopes WHERE run_id = ANY(@ids) AND ended_at IS NULL",
            [run]);
        var timers = await RowsAsync("SELECT kind, due_at FROM timers WHERE run_id = ANY(@ids)", [run]);
        var why = await orchestrator().GetAsync($"/v1/runs/{run}/why");
        return $"{await why.Content.ReadAsStringAsync()}; {string.Join("; ", scopes.Select(row => $"{row[0]} at {row[1]}: {row[2]}"))}; timers: {string.Join(", ", timers.Select(row => $"{row[0]} at {row[1]:O}"))}";
    }

    private async Task<List<object[]>> RowsAsync(string sql, Guid[] ids)
    {
        await using var connection = new NpgsqlConnection(flow.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection) { Parameters = { new("ids", ids) } };
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<object[]>();
        while (await reader.ReadAsync())
        {
            var row = new object[reader.FieldCount];
            reader.GetValues(row);
            rows.Add(row);
        }

        return rows;
    }
}

/// <summary>What an audit found.</summary>
internal sealed record Findings
{
    /// <summary>Accepted runs.</summary>
    public required int Runs { get; init; }

    /// <summary>Accepted, but never begun, or ended otherwise than with the right output.</summary>
    public required int Lost { get; init; }

    /// <summary>Successes, ends or records that are there more than once.</summary>
    public required int RecordedTwice { get; init; }

    /// <summary>Runs that did not end in time.</summary>
    public required int Unexplained { get; init; }

    /// <summary>Effects of handlers beyond the first at a node of a scope: allowed, for handlers run at least once.</summary>
    public required int DoneAgain { get; init; }

    /// <summary>The longest that one of the runs took.</summary>
    public required TimeSpan Slowest { get; init; }

    /// <summary>All that is wrong, a line each.</summary>
    public required IReadOnlyList<string> Problems { get; init; }
}
