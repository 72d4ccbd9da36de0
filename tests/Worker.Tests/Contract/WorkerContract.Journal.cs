using System.Text.Json;
using Flow.Contracts;
using Flow.Worker.Tests.Bed;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;

namespace Flow.Worker.Tests.Contract;

public abstract partial class WorkerContract
{
    [Fact] // capability 51, 53
    public async Task Should_send_what_the_attempt_appended_with_its_result_alone()
    {
        await using var bed = await Start(w => w
            .AddHandler<JsonElement, int>("notes", Note)
            .AddHandler("silent", (JsonElement _, NodeContext _) => Task.FromResult(1)));
        var well = await bed.Desk.Send(Desk.Item("notes", new { end = "well" }));
        var ill = await bed.Desk.Send(Desk.Item("notes", new { end = "ill" }));
        var silent = await bed.Desk.Send(Desk.Item("silent"));

        (await bed.Desk.Success(well)).Journal!.Select(e => (e.Kind, e.Value.GetRawText())).ShouldBe([("begun", """{"fileName":"a.txt"}"""), ("done", "7")]);
        (await bed.Desk.Failure(ill)).Error.ShouldBe("System.InvalidOperationException");
        (await bed.Desk.Success(silent)).Journal.ShouldBeNull();
    }

    [Fact] // capability 53
    public async Task Should_fail_an_attempt_that_appends_what_cannot_be()
    {
        var ended = new TaskCompletionSource<NodeContext>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var bed = await Start(w => w
            .AddHandler<JsonElement, int>("floods", (_, context) =>
            {
                for (var i = 0; i <= JournalLimits.MaxEntries; i++)
                    context.Journal.Append("k", i);
                return Task.FromResult(1);
            })
            .AddHandler<JsonElement, Transition>("holds", (_, context) =>
            {
                context.Journal.Append("k", 1);
                return Task.FromResult(Transition.Hold);
            })
            .AddHandler<JsonElement, int>("notes", Note)
            .AddHandler<JsonElement, int>("ends", (_, context) =>
            {
                ended.SetResult(context);
                return Task.FromResult(1);
            }));
        var floods = await bed.Desk.Send(Desk.Item("floods"));
        var holds = await bed.Desk.Send(Desk.Item("holds"));
        var waits = await bed.Desk.Send(Desk.Item("notes", new { end = "well" }) with { WaitsForToken = true });
        var ends = await bed.Desk.Send(Desk.Item("ends"));

        (await bed.Desk.Failure(floods)).ShouldSatisfyAllConditions(
            f => f.Error.ShouldBe("Flow.InvalidJournal"),
            f => f.Cause!.ShouldContain("has 100 entries already"));
        (await bed.Desk.Failure(holds)).ShouldSatisfyAllConditions(
            f => f.Error.ShouldBe("Flow.InvalidJournal"),
            f => f.Cause!.ShouldContain("whoever holds the Token"));
        (await bed.Desk.Failure(waits)).Error.ShouldBe("Flow.InvalidJournal");
        await bed.Desk.Success(ends);
        var context = await ended.Task;
        Should.Throw<JournalException>(() => context.Journal.Append("late", 1)).Message.ShouldContain("has ended");
    }

    [Fact] // capability 51
    public async Task Should_read_the_journal_of_the_run_page_by_page()
    {
        await using var bed = await Start(w => w.AddHandler<JsonElement, int[]>("reads", async (_, context) =>
            [.. await context.Journal.ReadAsync().Select(record => record.Value.GetInt32()).ToListAsync(context.CancellationToken)]));
        var asked = new Observed<ReadRunJournal>();
        await bed.Services.GetRequiredService<IReceiveEndpointConnector>().ConnectReceiveEndpoint(QueueNames.RunJournal, (_, endpoint) =>
        {
            endpoint.ConfigureConsumeTopology = false;
            endpoint.Handler<ReadRunJournal>(context =>
            {
                asked.Add(context.Message);
                return context.RespondAsync(Page(context.Message.After));
            });
        }).Ready;

        var item = await bed.Desk.Send(Desk.Item("reads"));

        (await bed.Desk.Success(item)).Output.Deserialize<int[]>().ShouldBe([1, 2, 3]);
        asked.All.Select(a => (a.RunId, a.After)).ShouldBe([(item.RunId, 0), (item.RunId, 2)]);
    }

    private static RunJournalPage Page(long after) => after == 0
        ? new() { Entries = [Record(1), Record(2)], Next = 2 }
        : new() { Entries = [Record(3)] };

    private static JournalRecord Record(int id) => new()
    {
        Id = id, ScopeId = Guid.NewGuid(), Node = "N", Token = Guid.NewGuid(), Index = 0, Kind = "k", Value = JsonSerializer.SerializeToElement(id), RecordedAt = TimeProvider.System.GetUtcNow(),
    };

    private static Task<int> Note(JsonElement input, NodeContext context)
    {
        context.Journal.Append("begun", new { FileName = "a.txt" });
        context.Journal.Append("done", 7);
        return input.GetProperty("end").GetString() == "ill" ? throw new InvalidOperationException("ill") : Task.FromResult(7);
    }
}
