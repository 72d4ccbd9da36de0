using System.Net;
using Flow.Orchestrator.Storage;
using Flow.Orchestrator.Tests.Hosts;
using Flow.Storage;
using Flow.Worker;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Flow.Orchestrator.Tests.Runs;

/// <summary>A run whose time is over is an object in the storage before it is gone from the tables. One line below for each place.</summary>
// capability 160
public abstract class ArchiveContract : IAsyncLifetime
{
    private const string Bucket = "archive";

    private readonly DirectoryInfo _objects = Directory.CreateTempSubdirectory("flow-archive-");
    private Place _place = null!;
    private FlowHost _flow = null!;

    private string Folder => Path.Combine(_objects.FullName, Bucket);

    protected abstract ValueTask<Place> CreatePlaceAsync();

    public async ValueTask InitializeAsync()
    {
        _place = await CreatePlaceAsync();
        _place.Settings["Flow:Storage:Kind"] = "Directory";
        _place.Settings["Flow:Storage:Directory"] = _objects.FullName;
        _place.Settings["Flow:Orchestrator:Retention:Action"] = "Archive";
        _place.Settings["Flow:Orchestrator:Retention:ArchiveBucket"] = Bucket;
        _place.Settings["Flow:Orchestrator:Retention:KeepDays"] = "0.00001";
        _place.Settings["Flow:Orchestrator:Retention:IntervalSeconds"] = "1";
        _flow = await FlowHost.StartAsync(_place.Settings, worker => worker.AddHandler<JsonElement, JsonElement>("echo", (input, _) => Task.FromResult(input)));
        await _flow.RegisterAsync("expires", """
            {"StartAt":"M","States":{
              "M":{"Type":"Map","ItemsPath":"$.items","ItemProcessor":{"StartAt":"T","States":{"T":{"Type":"Task","Resource":"flow:echo","End":true}}},"Next":"F"},
              "F":{"Type":"Fail","Error":"Order.Invalid","Cause":"no total"}}}
            """);
        await _flow.RegisterAsync("open", """{"StartAt":"W","States":{"W":{"Type":"Wait","Seconds":600,"End":true}}}""");
    }

    public async ValueTask DisposeAsync()
    {
        if (_flow is not null)
            await _flow.DisposeAsync();
        if (_place is not null)
            await _place.DisposeAsync();
        _objects.Delete(recursive: true);
    }

    [Fact]
    public async Task Should_be_in_the_storage_when_it_is_gone_from_the_tables()
    {
        var open = await _flow.StartRunAsync("open");
        var runId = await _flow.StartRunAsync("expires", new { items = new[] { 7, 8 } });
        await Eventually.HoldsAsync("the run to be gone", () => IsGone(runId));

        var storage = _flow.Services.GetRequiredService<IObjectStorage>();
        var archived = JsonElement.Parse(await storage.ReadAsync(Bucket, await KeyAsync(storage, runId), CancellationToken.None));

        (archived.GetProperty("runId").GetGuid(), archived.GetProperty("workflow").GetString(), archived.GetProperty("version").GetInt32()).ShouldBe((runId, "expires", 1));
        archived.GetProperty("input").GetRawText().ShouldBe("""{"items":[7,8]}""");
        (archived.GetProperty("status").GetString(), archived.GetProperty("error").GetString(), archived.GetProperty("cause").GetString()).ShouldBe(("Failed", "Order.Invalid", "no total"));
        archived.GetProperty("scopes").EnumerateArray().Select(s => (s.GetProperty("index").GetInt32(), s.GetProperty("output").GetRawText())).Order().ShouldBe([(0, "7"), (1, "8")]);
        var events = archived.GetProperty("history").EnumerateArray().SelectMany(h => h.GetProperty("events").EnumerateArray()).Select(e => e.GetProperty("type").GetString()).ToList();
        (events[0], events[^1], events.Count(e => e == "TaskSucceeded")).ShouldBe(("ExecutionStarted", "ExecutionFailed", 2));
        await Eventually.HoldsAsync("its rows to be gone", () => RowsAsync(runId).GetAwaiter().GetResult() == 0);
        IsGone(open).ShouldBeFalse();
    }

    [Fact]
    public async Task Should_stay_in_the_tables_as_long_as_the_storage_fails()
    {
        // A file where the bucket's folder would be: nothing can be written into it.
        await File.WriteAllTextAsync(Folder, "");
        var runId = await _flow.StartRunAsync("expires", new { items = new[] { 1 } });
        var ended = await _flow.EndedAsync(runId);
        await using (var scope = _flow.Services.CreateAsyncScope())
        {
            var retention = scope.ServiceProvider.GetRequiredService<Retention.RetentionService>();
            await Should.ThrowAsync<Exception>(retention.RemoveAsync(ended.Run.EndedAt!.Value.AddDays(1), CancellationToken.None));
        }

        (await _flow.Http.GetAsync($"/v1/runs/{runId}")).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await _flow.HistoryAsync(runId))[^1].Event.Type.ShouldBe("ExecutionFailed");
        (await RowsAsync(runId)).ShouldBeGreaterThan(4);

        File.Delete(Folder);
        await Eventually.HoldsAsync("the run to be gone", () => IsGone(runId));
        var storage = _flow.Services.GetRequiredService<IObjectStorage>();
        (await KeyAsync(storage, runId)).ShouldBe($"runs/{ended.Run.EndedAt:yyyy/MM/dd}/{runId}.json");
    }

    private bool IsGone(Guid runId) => _flow.Http.GetAsync($"/v1/runs/{runId}").GetAwaiter().GetResult().StatusCode == HttpStatusCode.NotFound;

    private static async Task<string> KeyAsync(IObjectStorage storage, Guid runId)
    {
        var keys = new List<string>();
        await foreach (var stored in storage.ListAsync(Bucket, "runs/", CancellationToken.None))
            keys.Add(stored.Key);
        return keys.Where(k => k.EndsWith($"/{runId}.json", StringComparison.Ordinal)).ShouldHaveSingleItem();
    }

    private async Task<int> RowsAsync(Guid runId)
    {
        await using var scope = _flow.Services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<OrchestratorDbContext>();
        return await db.Runs.CountAsync(r => r.CorrelationId == runId) + await db.Scopes.CountAsync(s => s.RunId == runId) + await db.History.CountAsync(h => h.RunId == runId);
    }
}

public sealed class When_runs_expire_on_one_SQLite_file : ArchiveContract
{
    protected override ValueTask<Place> CreatePlaceAsync() => ValueTask.FromResult<Place>(new SqlitePlace());
}

public sealed class When_runs_expire_on_PostgreSQL_and_RabbitMQ : ArchiveContract
{
    protected override async ValueTask<Place> CreatePlaceAsync() => await ServerPlace.CreateAsync();
}
