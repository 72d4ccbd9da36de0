using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Flow.Contracts;
using Flow.Contracts.Api;
using Flow.Monitor.DeadLetters;
using Flow.Transports.DeadLetters;
using Microsoft.AspNetCore.Builder;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace Flow.Monitor.Tests.DeadLetters;

/// <summary>The store of dead letters, alike on both databases.</summary>
public abstract partial class LetterStoreTests
{
    protected abstract Task<string> CreateAsync();

    protected abstract Task DropAsync(string database);

    // capability 116
    [Fact]
    public async Task Letters_that_are_too_old_are_removed_and_that_is_said_in_log_metric_and_audit()
    {
        var database = await CreateAsync();
        try
        {
            await using (var early = await MonitorApp.StartAsync(database, time: new FakeTimeProvider(Sample.Epoch)))
                await early.WriteAsync(Enumerable.Range(0, 7).Select(i => Sample.DeadLetter(Guid.NewGuid(), Sample.Epoch.AddMinutes(-i))));
            var log = new LogLines();
            await using var app = await MonitorApp.StartAsync(database, time: new FakeTimeProvider(Sample.Epoch.AddDays(8)), configure: b => Set(b, "DeadLetterRetentionDays", "7"), log: log);
            await MonitorApp.UntilAsync(() => app.ReadAsync(db => db.DeadLetters.CountAsync()), count => count == 0);
            await ShouldBeAnnouncedAsync(app, log, "age", 7, "Flow:Monitor:DeadLetterRetentionDays");
        }
        finally
        {
            await DropAsync(database);
        }
    }

    // capability 116
    [Fact]
    public async Task Of_too_many_letters_the_finished_and_then_the_oldest_are_removed_and_that_is_said()
    {
        var database = await CreateAsync();
        try
        {
            var letters = Enumerable.Range(0, 130).Select(i => Sample.DeadLetter(Guid.NewGuid(), Sample.Epoch.AddMinutes(i))).ToList();
            var archived = letters[^1].Token;
            await using (var first = await MonitorApp.StartAsync(database, time: new FakeTimeProvider(Sample.Epoch)))
            {
                foreach (var letter in letters)
                    await first.WriteAsync([letter]);
                (await first.Http.PostAsync($"/v1/dead-letters/{archived}/archive", null)).StatusCode.ShouldBe(HttpStatusCode.OK);
            }

            var log = new LogLines();
            await using var app = await MonitorApp.StartAsync(database, time: new FakeTimeProvider(Sample.Epoch.AddMinutes(1)), configure: b => Set(b, "MaxDeadLetters", "100"), log: log);
            await MonitorApp.UntilAsync(() => app.ReadAsync(db => db.DeadLetters.CountAsync()), count => count == 100);
            (await app.ReadAsync(db => db.DeadLetters.AnyAsync(d => d.Id == archived))).ShouldBeFalse();
            await ShouldBeAnnouncedAsync(app, log, "count", 30, "Flow:Monitor:MaxDeadLetters");
            (await ActsAsync(app))[0].Outcome.ShouldBe("30 removed, 29 of them open");
        }
        finally
        {
            await DropAsync(database);
        }
    }

    // capability 112
    [Fact]
    public async Task A_list_is_filtered_and_read_page_by_page()
    {
        var database = await CreateAsync();
        try
        {
            await using var app = await MonitorApp.StartAsync(database, time: new FakeTimeProvider(Sample.Epoch.AddHours(1)));
            var letters = Enumerable.Range(0, 25).Select(i => Sample.DeadLetter(Guid.NewGuid(), Sample.Epoch.AddMinutes(i / 2)) with { Workflow = "w" + (i % 2), Cause = $"Order {i} broke." }).ToList();
            await app.WriteAsync(letters);
            var seen = new List<Guid>();
            for (string? cursor = ""; cursor is not null;)
            {
                var page = await ListAsync(app, $"limit=10{(cursor.Length == 0 ? "" : $"&cursor={cursor}")}");
                seen.AddRange(page.Items.Select(l => l.Id));
                cursor = page.Next;
            }

            seen.ShouldBe(letters.Select(l => l.Token), ignoreOrder: true);
            (await ListAsync(app, "workflow=w1")).Items.Count.ShouldBe(12);
            (await ListAsync(app, "text=ORDER%2024")).Items.ShouldHaveSingleItem().Id.ShouldBe(letters[24].Token);
            (await ListAsync(app, $"from={Uri.EscapeDataString(Sample.Epoch.AddMinutes(12).ToString("O"))}")).Items.ShouldHaveSingleItem().Id.ShouldBe(letters[24].Token);
            (await ListAsync(app, $"to={Uri.EscapeDataString(Sample.Epoch.AddMinutes(1).ToString("O"))}")).Items.Count.ShouldBe(2);
            var fingerprints = (await ListAsync(app, "")).Items.Select(l => l.Fingerprint).Distinct(StringComparer.Ordinal).ToList();
            fingerprints.Count.ShouldBe(2, "one for each workflow, whatever figures the causes hold");
            (await ListAsync(app, "fingerprint=" + fingerprints[0])).Items.Count.ShouldBeInRange(12, 13);
        }
        finally
        {
            await DropAsync(database);
        }
    }

    [Theory]
    [InlineData("status=done", "'status' is 'done'; use one of Open, Replaying, Replayed, Archived.")]
    [InlineData("from=yesterday", "'from' is 'yesterday'")]
    [InlineData("runId=7", "'runId' is '7'; use the id of a run.")]
    [InlineData("limit=0", "'limit' is '0'; use 1 to 500.")]
    [InlineData("cursor=x", "'cursor' is 'x'")]
    public async Task A_wrong_question_is_refused_with_what_is_wrong(string query, string said)
    {
        var database = await CreateAsync();
        try
        {
            await using var app = await MonitorApp.StartAsync(database);
            var answer = await app.Http.GetAsync("/v1/dead-letters?" + query);
            answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
            (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("detail").GetString().ShouldNotBeNull().ShouldStartWith(said);
        }
        finally
        {
            await DropAsync(database);
        }
    }

    [Fact]
    public async Task The_same_message_is_one_letter_and_one_without_an_id_is_none_of_another()
    {
        var database = await CreateAsync();
        try
        {
            await using var app = await MonitorApp.StartAsync(database);
            var named = new DeadMessage { Queue = "flow-start-run", MessageId = "7", Body = "x"u8.ToArray() };
            var nameless = named with { MessageId = null };
            await StoreAsync(app, named, named);
            await StoreAsync(app, named with { IsRedelivered = true }, named with { Queue = "flow-cancel-run" });
            await StoreAsync(app, nameless, nameless);
            await StoreAsync(app, nameless with { IsRedelivered = true });
            (await ListAsync(app, "queue=flow-start-run")).Items.Count(l => l.MessageId == "7").ShouldBe(1);
            (await ListAsync(app, "queue=flow-cancel-run")).Items.Count.ShouldBe(1);
            (await ListAsync(app, "queue=flow-start-run")).Items.Count(l => l.MessageId is null).ShouldBe(2, "who sends the same without an id twice means it twice");
        }
        finally
        {
            await DropAsync(database);
        }
    }

    // capability 113
    [Fact]
    public async Task Whoever_redrives_a_run_takes_its_letters_along_in_whatever_order_the_events_come()
    {
        var database = await CreateAsync();
        try
        {
            await using var app = await MonitorApp.StartAsync(database);
            var letter = Sample.DeadLetter(Guid.NewGuid(), Sample.Epoch);
            var late = Sample.DeadLetter(Guid.NewGuid(), Sample.Epoch.AddSeconds(1));
            var after = Sample.DeadLetter(Guid.NewGuid(), Sample.Epoch.AddMinutes(2));
            var redriven = new RunRedriven { RunId = letter.RunId, Workflow = letter.Workflow, Version = 1, Timestamp = Sample.Epoch.AddMinutes(1), Number = 1 };
            await app.WriteAsync([letter]);
            await app.WriteAsync([redriven, after]);
            await app.WriteAsync([late, redriven]);
            var letters = (await ListAsync(app, "")).Items.ToDictionary(l => l.Id, l => l.Status);
            letters.ShouldBe(new Dictionary<Guid, DeadLetterStatus> { [letter.Token] = DeadLetterStatus.Replayed, [late.Token] = DeadLetterStatus.Replayed, [after.Token] = DeadLetterStatus.Open }, ignoreOrder: true);
        }
        finally
        {
            await DropAsync(database);
        }
    }

    // capability 112, capability 114
    [Fact]
    public async Task The_page_acts_only_on_what_is_selected_and_only_for_itself()
    {
        var database = await CreateAsync();
        try
        {
            await using var app = await MonitorApp.StartAsync(database);
            var letters = Enumerable.Range(0, 3).Select(i => Sample.DeadLetter(Guid.NewGuid(), Sample.Epoch.AddMinutes(i))).ToList();
            await app.WriteAsync(letters);
            var form = new Dictionary<string, string> { ["act"] = "Archive", ["id"] = letters[0].Token.ToString() };

            using var foreign = new HttpRequestMessage(HttpMethod.Post, "/dead-letters/act") { Content = new FormUrlEncodedContent(form), Headers = { { "Origin", "http://elsewhere.example" } } };
            (await app.Http.SendAsync(foreign)).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
            var page = await (await app.Http.PostAsync("/dead-letters/act", new FormUrlEncodedContent(form))).Content.ReadAsStringAsync();
            page.ShouldContain("1 archived");
            (await ListAsync(app, "status=Open")).Items.Select(l => l.Id).ShouldBe([letters[2].Token, letters[1].Token]);

            var nothing = await app.Http.PostAsync("/dead-letters/act", new FormUrlEncodedContent([new("act", "Delete")]));
            nothing.StatusCode.ShouldBe(HttpStatusCode.Conflict);
            (await nothing.Content.ReadAsStringAsync()).ShouldContain("No letter is selected.");
            (await app.Http.GetStringAsync("/dead-letters/" + letters[1].Token)).ShouldContain("It broke three times.");
        }
        finally
        {
            await DropAsync(database);
        }
    }

    private static void Set(WebApplicationBuilder builder, string name, string value) =>
        builder.Configuration.AddInMemoryCollection([KeyValuePair.Create("Flow:Monitor:" + name, (string?)value)]);

    private static async Task ShouldBeAnnouncedAsync(MonitorApp app, LogLines log, string reason, int count, string setting)
    {
        var act = (await ActsAsync(app)).Where(a => a.Kind == DeadLetterActKind.Retention).ShouldHaveSingleItem();
        (act.Kind, act.RequestedBy, act.Letters).ShouldBe((DeadLetterActKind.Retention, "retention", count));
        act.Selection.ShouldContain(setting);
        await MonitorApp.UntilAsync(() => Task.FromResult(string.Join('\n', log.Lines)), lines => lines.Contains($"{count} dead letters were removed", StringComparison.Ordinal) && lines.Contains(setting, StringComparison.Ordinal));
        (await app.MetricsAsync()).ShouldContain($"flow_dead_letters_removed_total{{reason=\"{reason}\"}} {count}\n");
    }

    private static async Task<IReadOnlyList<DeadLetterAct>> ActsAsync(MonitorApp app) => (await app.Http.GetFromJsonAsync<Page<DeadLetterAct>>("/v1/dead-letters/acts"))!.Items;

    private static async Task<Page<DeadLetter>> ListAsync(MonitorApp app, string query) => (await app.Http.GetFromJsonAsync<Page<DeadLetter>>("/v1/dead-letters?" + query))!;

    private static async Task StoreAsync(MonitorApp app, params DeadMessage[] messages)
    {
        await using var scope = app.Services.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<DeadLetterStore>().StoreAsync(messages, default);
    }

    /// <summary>What was logged.</summary>
    private sealed class LogLines : ILoggerProvider, ILogger
    {
        public ConcurrentQueue<string> Lines { get; } = [];

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) => Lines.Enqueue(formatter(state, exception));

        public void Dispose()
        {
        }
    }
}

public sealed class SqliteLetterStoreTests : LetterStoreTests
{
    protected override Task<string> CreateAsync() => Task.FromResult(Servers.Sqlite());

    protected override Task DropAsync(string database) => Task.CompletedTask;
}

public sealed class PostgresLetterStoreTests : LetterStoreTests
{
    protected override Task<string> CreateAsync() => Servers.PostgresAsync();

    protected override Task DropAsync(string database) => Servers.DropAsync(database);
}
