using System.Text.Json;
using Flow.Contracts;
using Flow.Monitor.Data;
using Flow.Monitor.Projections;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Time.Testing;

namespace Flow.Monitor.Tests;

/// <summary>What both databases must do alike.</summary>
public abstract class StoreTests
{
    protected abstract Task<string> CreateAsync();

    protected abstract Task DropAsync(string database);

    // capability 130
    [Fact]
    public async Task Duplicates_disorder_and_a_restart_leave_the_truth_in_tables_and_metrics()
    {
        var database = await CreateAsync();
        try
        {
            var told = Enumerable.Range(0, 120).SelectMany(seed => Sample.Run(seed)).ToList();
            told.AddRange([Sample.Rejection("nothing", Sample.Epoch), Sample.DeadLetter(Guid.NewGuid(), Sample.Epoch)]);
            var delivered = Sample.Disorder(told, 7);
            string before;
            await using (var first = await MonitorApp.StartAsync(database, time: Now))
            {
                await first.WriteAsync(delivered.Take(delivered.Count / 2));
                before = await Totals(first);
            }

            await using var second = await MonitorApp.StartAsync(database, time: Now);
            (await Totals(second)).ShouldBe(before, "a restart changes no total");
            await second.WriteAsync(delivered.Skip(delivered.Count / 2));
            await second.WriteAsync(delivered.Take(delivered.Count / 3)); // as after a crash of the broker

            var expected = new ProjectionState();
            foreach (var message in told)
                Projector.Apply(expected, message, Sample.Epoch);
            Text(await second.ReadAsync(db => db.Runs.AsNoTracking().ToListAsync())).ShouldBe(Text(expected.Runs.Values));
            Text(await second.ReadAsync(db => db.Attempts.AsNoTracking().ToListAsync())).ShouldBe(Text(expected.Attempts.Values));
            Text(await second.ReadAsync(db => db.Counters.AsNoTracking().ToListAsync())).ShouldBe(Text(expected.Counters.Values));

            var metrics = await second.MetricsAsync();
            foreach (var counter in expected.Counters.Values.Where(c => c.Name.StartsWith("runs.", StringComparison.Ordinal) && c.Name != CounterNames.RunsRejected))
                metrics.ShouldContain($"flow_{counter.Name.Replace('.', '_')}_total{{workflow=\"{counter.Workflow}\"}} {counter.Value}\n");
            foreach (var counter in expected.Counters.Values.Where(c => c.Name.StartsWith("nodes.", StringComparison.Ordinal)))
                metrics.ShouldContain($"flow_{counter.Name.Replace('.', '_')}_total{{node=\"{counter.Node}\",workflow=\"{counter.Workflow}\"}} {counter.Value}\n");
            metrics.ShouldContain("flow_dead_letters{workflow=\"workflow-0\"} 1\n");
            metrics.ShouldContain("flow_runs_rejected_total{reason=\"unknown-workflow\"} 1\n");
            foreach (var open in expected.Runs.Values.Where(r => r.EndedAt is null).GroupBy(r => r.Workflow))
                metrics.ShouldContain($"flow_runs_open{{workflow=\"{open.Key}\"}} {open.Count()}\n");
        }
        finally
        {
            await DropAsync(database);
        }
    }

    [Fact]
    public async Task An_event_that_cannot_be_written_fails_alone()
    {
        var database = await CreateAsync();
        try
        {
            await using var app = await MonitorApp.StartAsync(database, time: Now);
            var writer = (ProjectionWriter)app.Services.GetService(typeof(ProjectionWriter))!;
            var bad = writer.WriteAsync(new RunStarted { RunId = Guid.NewGuid(), Workflow = null!, Version = 1, Timestamp = Sample.Epoch });
            var good = Sample.Run(1).Select(writer.WriteAsync).ToArray();
            await Should.ThrowAsync<Exception>(() => bad);
            await Task.WhenAll(good);
            (await app.ReadAsync(db => db.Runs.CountAsync())).ShouldBe(1);
        }
        finally
        {
            await DropAsync(database);
        }
    }

    [Fact]
    public async Task Any_text_can_be_stored()
    {
        var database = await CreateAsync();
        try
        {
            await using var app = await MonitorApp.StartAsync(database, time: Now);
            var id = Guid.NewGuid();
            await app.WriteAsync([new RunFailed { RunId = id, Workflow = "w", Version = 1, Timestamp = Sample.Epoch, StartedAt = Sample.Epoch, Error = "nul\0", Cause = "💥 '\"; drop table monitor_runs; --" }]);
            (await app.ReadAsync(db => db.Runs.SingleAsync())).Cause.ShouldBe("💥 '\"; drop table monitor_runs; --");
            (await app.Http.GetAsync($"/runs/{id}")).EnsureSuccessStatusCode();
        }
        finally
        {
            await DropAsync(database);
        }
    }

    [Fact]
    public async Task What_is_older_than_the_settings_allow_is_forgotten_and_totals_stay()
    {
        var database = await CreateAsync();
        try
        {
            string before;
            int open;
            await using (var early = await MonitorApp.StartAsync(database, time: new FakeTimeProvider(Sample.Epoch.AddHours(1))))
            {
                await early.WriteAsync(Enumerable.Range(0, 30).SelectMany(seed => Sample.Run(seed)).Append(Sample.Heartbeat("gone", Sample.Epoch)));
                before = await Totals(early);
                open = await early.ReadAsync(db => db.Runs.CountAsync(r => r.EndedAt == null));
                open.ShouldBeInRange(1, 29);
            }

            await using var app = await MonitorApp.StartAsync(database, time: new FakeTimeProvider(Sample.Epoch.AddDays(31)));
            await MonitorApp.UntilAsync(() => app.ReadAsync(db => db.Runs.CountAsync()), count => count == open);
            var kept = await app.ReadAsync(db => db.Runs.Select(r => r.RunId).ToListAsync());
            (await app.ReadAsync(db => db.Transitions.AllAsync(t => kept.Contains(t.RunId)))).ShouldBeTrue();
            (await app.ReadAsync(db => db.Workers.CountAsync())).ShouldBe(0);
            (await Totals(app)).ShouldBe(before);
        }
        finally
        {
            await DropAsync(database);
        }
    }

    /// <summary>A clock that stands still soon after the samples, so that none of them is too old to be kept.</summary>
    protected static FakeTimeProvider Now => new(Sample.Epoch.AddMinutes(10));

    protected static string Text(IEnumerable<object> rows) => string.Join('\n', rows.Select(row => JsonSerializer.Serialize(row)).Order(StringComparer.Ordinal));

    private static async Task<string> Totals(MonitorApp app) =>
        string.Join('\n', (await app.MetricsAsync()).Split('\n').Where(l => l.StartsWith("flow_runs_", StringComparison.Ordinal) && l.Contains("_total{", StringComparison.Ordinal)));
}

public sealed class SqliteStoreTests : StoreTests
{
    protected override Task<string> CreateAsync() => Task.FromResult(Servers.Sqlite());

    protected override Task DropAsync(string database) => Task.CompletedTask;
}

public sealed class PostgresStoreTests : StoreTests
{
    protected override Task<string> CreateAsync() => Servers.PostgresAsync();

    protected override Task DropAsync(string database) => Servers.DropAsync(database);

    [Fact]
    public async Task Two_monitors_on_the_same_events_count_each_once()
    {
        var database = await CreateAsync();
        try
        {
            var told = Enumerable.Range(0, 60).SelectMany(seed => Sample.Run(seed)).ToList();
            await using var first = await MonitorApp.StartAsync(database, time: Now);
            await using var second = await MonitorApp.StartAsync(database, time: Now);
            await Task.WhenAll(first.WriteAsync(Sample.Disorder(told, 1)), second.WriteAsync(Sample.Disorder(told, 2)));

            var expected = new ProjectionState();
            foreach (var message in told)
                Projector.Apply(expected, message, Sample.Epoch);
            Text(await first.ReadAsync(db => db.Counters.AsNoTracking().ToListAsync())).ShouldBe(Text(expected.Counters.Values));
        }
        finally
        {
            await DropAsync(database);
        }
    }
}
