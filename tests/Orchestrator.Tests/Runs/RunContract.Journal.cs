using System.Net;
using System.Net.Http.Json;
using Flow.Orchestrator.Retention;
using Flow.Orchestrator.Tests.Hosts;
using Flow.StatesLanguage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Flow.Orchestrator.Tests.Runs;

public abstract partial class RunContract
{
    private const string Noted = """{"StartAt":"N","States":{"N":{"Type":"Task","Resource":"flow:note","Retry":[{"ErrorEquals":["States.ALL"],"IntervalSeconds":1,"MaxAttempts":1}],"End":true}}}""";

    // capability 51
    [Fact]
    public async Task Should_keep_what_two_branches_append_at_once_and_let_a_later_handler_read_it()
    {
        await _flow.RegisterAsync("journal", """
            {"StartAt":"Before","States":{
              "Before":{"Type":"Task","Resource":"flow:note","Parameters":{"key":"before"},"Next":"Both"},
              "Both":{"Type":"Parallel","Branches":[
                {"StartAt":"L","States":{"L":{"Type":"Task","Resource":"flow:note","Parameters":{"key":"left","beside":true},"End":true}}},
                {"StartAt":"R","States":{"R":{"Type":"Task","Resource":"flow:note","Parameters":{"key":"right","beside":true},"End":true}}}],"Next":"Read"},
              "Read":{"Type":"Task","Resource":"flow:read-journal","End":true}}}
            """);

        var run = await _flow.RunAsync("journal");

        run.Run.Status.ShouldBe(RunStatus.Succeeded, run.Cause);
        var journal = await JournalAsync(run.Run.RunId);
        run.Output!.Value.EnumerateArray().Select(e => e.GetString()).ShouldBe(journal.Select(e => e.Value.GetString()));
        journal.Take(2).Select(e => e.Value.GetString()).ShouldBe(["before 0", "before 1"]);
        journal.Skip(2).Select(e => e.Value.GetString()).ShouldBe(["left 0", "left 1", "right 0", "right 1"], ignoreOrder: true);
        journal.Where(e => e.Node == "R").Select(e => (e.Index, e.Kind, e.Value.GetString())).ShouldBe([(0, "noted", "right 0"), (1, "noted", "right 1")]);
        journal.Select(e => e.Id).ShouldBe(journal.Select(e => e.Id).Order());
        journal.Select(e => e.ScopeId).Distinct().Count().ShouldBe(3);
        (await _flow.Http.GetAsync($"/v1/runs/{Guid.NewGuid()}/journal")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    // capabilities 51, 52
    [Fact]
    public async Task Should_read_the_same_in_pages_of_any_size()
    {
        await _flow.RegisterAsync("pages", """
            {"StartAt":"Each","States":{
              "Each":{"Type":"Map","ItemsPath":"$.items","ItemProcessor":{"StartAt":"N","States":{"N":{"Type":"Task","Resource":"flow:note","End":true}}},"ResultPath":null,"Next":"Large"},
              "Large":{"Type":"Task","Resource":"flow:note","Parameters":{"key":"large","length":16000,"count":20},"ResultPath":null,"Next":"Read"},
              "Read":{"Type":"Task","Resource":"flow:read-journal","End":true}}}
            """);
        var keys = Enumerable.Range(0, 60).Select(i => $"page-{i}").ToList();

        var run = await _flow.RunAsync("pages", new { items = keys.Select(key => new { key }) });

        run.Run.Status.ShouldBe(RunStatus.Succeeded, run.Cause);
        var journal = await JournalAsync(run.Run.RunId);
        journal.Take(120).Select(e => e.Value.GetString()).ShouldBe(keys.SelectMany(key => new[] { $"{key} 0", $"{key} 1" }), ignoreOrder: true);
        journal.Skip(120).Select(e => e.Index).ShouldBe(Enumerable.Range(0, 20));
        var read = run.Output!.Value.EnumerateArray().Select(e => e.GetString()).ToList();
        read.ShouldBe(journal.Select(e => e.Value.GetString()![..Math.Min(20, e.Value.GetString()!.Length)]));
        (await JournalAsync(run.Run.RunId, take: 7)).Select(e => e.Id).ShouldBe(journal.Select(e => e.Id));
    }

    // capability 52
    [Fact]
    public async Task Should_append_once_however_often_the_result_is_delivered()
    {
        var (runId, token) = await AskedAsync("thrice", Ask);
        var result = Result(token, "said 0", "said 1");
        var ids = new[] { Guid.NewGuid(), Guid.NewGuid(), Guid.NewGuid() };

        await Task.WhenAll(ids.Append(ids[0]).Select(id => SendAsync(result, id)));

        (await _flow.EndedAsync(runId)).Run.Status.ShouldBe(RunStatus.Succeeded);
        await Eventually.HoldsAsync("every delivery to be handled", () => ids.All(id => IsConsumedAsync(id).GetAwaiter().GetResult()));
        (await JournalAsync(runId)).Select(e => e.Value.GetString()).ShouldBe(["said 0", "said 1"]);
    }

    // capability 53
    [Fact]
    public async Task Should_have_nothing_of_an_attempt_that_failed()
    {
        await _flow.RegisterAsync("noted", Noted);
        _broken["retried"] = true;

        var run = await _flow.RunAsync("noted", new { key = "retried" });

        run.Run.Status.ShouldBe(RunStatus.Succeeded, run.Cause);
        _calls["retried"].ShouldBe(2);
        var journal = await JournalAsync(run.Run.RunId);
        journal.Select(e => e.Value.GetString()).ShouldBe(["retried 0", "retried 1"]);
        var succeeded = (await _flow.HistoryAsync(run.Run.RunId)).Single(e => e.Event.Type == "TaskSucceeded").Event;
        succeeded.Attempt.ShouldBe(2);
        journal.ShouldAllBe(e => e.Token == succeeded.Token);
    }

    // capability 53
    [Fact]
    public async Task Should_have_nothing_of_a_result_that_cannot_be_shaped()
    {
        await _flow.RegisterAsync("shapeless", """
            {"StartAt":"N","States":{"N":{"Type":"Task","Resource":"flow:note","ResultSelector":{"a.$":"States.ArrayGetItem(States.Array(1), 9)"},"Catch":[{"ErrorEquals":["States.ALL"],"Next":"S"}],"End":true},"S":{"Type":"Succeed"}}}
            """);
        var run = await _flow.RunAsync("shapeless", new { key = "shapeless" });
        (run.Run.Status, run.Run.Node).ShouldBe((RunStatus.Succeeded, "S"));
        (await JournalAsync(run.Run.RunId)).ShouldBeEmpty();
    }

    // capability 53
    [Fact]
    public async Task Should_have_nothing_of_a_result_that_comes_after_its_time()
    {
        var (runId, first) = await AskedAsync("late", Ask.Replace("\"Catch\"", """ "TimeoutSeconds":1,"Retry":[{"ErrorEquals":["States.Timeout"],"IntervalSeconds":1,"MaxAttempts":1}],"Catch" """.Trim(), StringComparison.Ordinal));
        await Eventually.HoldsAsync("the second attempt", () => _tokens["late"] != first);
        var id = Guid.NewGuid();
        await SendAsync(Result(first, "too late"), id);
        await Eventually.HoldsAsync("the late result to be handled", () => IsConsumedAsync(id).GetAwaiter().GetResult());

        await _flow.EndedAsync(runId);

        (await JournalAsync(runId)).ShouldBeEmpty();
    }

    // capabilities 38, 52
    [Fact]
    public async Task Should_append_what_a_paused_run_held_when_it_goes_on()
    {
        await _flow.RegisterAsync("noted", Noted);
        var runId = await _flow.StartRunAsync("noted", new { key = "paused-note", gated = true });
        await Eventually.HoldsAsync("the handler to begin", () => _calls.ContainsKey("paused-note"));
        await SteerAsync(runId, "pause");
        _gate.SetResult();
        await Eventually.HoldsAsync("its result to be held", () => HeldAsync(runId).GetAwaiter().GetResult() == 1);
        (await JournalAsync(runId)).ShouldBeEmpty();

        await SteerAsync(runId, "resume");

        (await _flow.EndedAsync(runId)).Run.Status.ShouldBe(RunStatus.Succeeded);
        (await JournalAsync(runId)).Select(e => e.Value.GetString()).ShouldBe(["paused-note 0", "paused-note 1"]);
    }

    // capability 51
    [Fact]
    public async Task Should_take_entries_from_the_holder_of_a_task_token()
    {
        var (runId, _) = await AskedAsync("held", Ask);
        await ShouldBeRefusedAsync(
            await AnswerAsync("held", "complete", new { output = 1, journal = new[] { new { kind = "much", value = new string('x', JournalLimits.MaxValueBytes) } } }), HttpStatusCode.BadRequest, "invalid-journal");

        (await AnswerAsync("held", "complete", new { output = 1, journal = new object[] { new { kind = "signed", value = new { by = "Jörg" } }, new { kind = "bare" } } })).StatusCode.ShouldBe(HttpStatusCode.Accepted);

        (await _flow.EndedAsync(runId)).Run.Status.ShouldBe(RunStatus.Succeeded);
        (await JournalAsync(runId)).Select(e => (e.Kind, e.Value.GetRawText())).ShouldBe([("signed", """{"by":"Jörg"}"""), ("bare", "null")]);
    }

    // capability 53
    [Fact]
    public async Task Should_fail_an_attempt_whose_entries_are_too_many_or_too_large()
    {
        foreach (var (key, entries, said) in new[]
        {
            ("many", Enumerable.Repeat("x", 101).ToArray(), "101 entries"),
            ("large", ["x", new string('é', JournalLimits.MaxValueBytes / 2)], "Entry 1 of the journal: the value of 'noted' is 16386 bytes; the limit is 16384."),
        })
        {
            var (runId, token) = await AskedAsync(key, Ask);
            await SendAsync(Result(token, entries), Guid.NewGuid());

            var run = await _flow.EndedAsync(runId);
            (run.Run.Status, run.Run.Error).ShouldBe((RunStatus.Failed, "Flow.InvalidJournal"));
            run.Cause!.ShouldContain(said);
            (await JournalAsync(runId)).ShouldBeEmpty();
        }
    }

    // capabilities 6, 51, 53
    [Theory]
    [InlineData("""[{"kind":"noted","value":{"n":1}},{"kind":"bare"}]""", null)]
    [InlineData("[]", null)]
    [InlineData("null", null)]
    [InlineData("[null]", "Entry 0 of the journal is null.")]
    [InlineData("""[{"kind":"","value":1}]""", "is not a kind")]
    [InlineData("""[{"kind":"k","value":"\ud800"}]""", "is not valid Unicode")]
    public async Task Should_take_entries_from_a_plain_body(string journal, string? said)
    {
        var (runId, text) = await AskedAsync("plain", Ask);
        TaskToken.TryParse(text, out var token).ShouldBeTrue();
        var body = $$"""{"runId":"{{token.RunId}}","scopeId":"{{token.ScopeId}}","token":"{{token.Token}}","output":{},"journal":{{journal}}}""";
        await SendPlainAsync(body);

        var run = await _flow.EndedAsync(runId);
        (run.Run.Status, run.Run.Error).ShouldBe(said is null ? (RunStatus.Succeeded, null) : (RunStatus.Failed, "Flow.InvalidJournal"));
        run.Cause.ShouldSatisfyAllConditions(cause => (said is null || cause!.Contains(said, StringComparison.Ordinal)).ShouldBeTrue(cause));
        (await JournalAsync(runId)).Select(e => e.Kind).ShouldBe(journal.Contains("bare", StringComparison.Ordinal) ? ["noted", "bare"] : []);
    }

    // capabilities 51, 160
    [Fact]
    public async Task Should_archive_and_remove_a_journal_with_its_run()
    {
        await _flow.RegisterAsync("noted", Noted);
        var run = (await _flow.RunAsync("noted", new { key = "old" })).Run;
        await ChangeAsync(async db =>
        {
            var archived = JsonElement.Parse(await RunArchive.WriteAsync(db, await db.Runs.AsNoTracking().SingleAsync(r => r.CorrelationId == run.RunId), CancellationToken.None));
            archived.GetProperty("journal").EnumerateArray().Select(e => e.GetProperty("value").GetString()).ShouldBe(["old 0", "old 1"]);
        });

        await _flow.Services.GetRequiredService<RetentionService>().RemoveAsync(run.EndedAt!.Value.AddSeconds(1), CancellationToken.None);

        await ChangeAsync(async db => (await db.Journal.CountAsync()).ShouldBe(0));
    }
}
