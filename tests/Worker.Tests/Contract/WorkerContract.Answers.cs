using System.Text.Json;
using Flow.Contracts;
using Flow.Worker.Tests.Bed;
using Microsoft.Extensions.DependencyInjection;

namespace Flow.Worker.Tests.Contract;

public abstract partial class WorkerContract
{
    [Fact] // capability 3, 17, 75
    public async Task Should_answer_with_the_handlers_output_at_the_items_address()
    {
        await using var bed = await Start(w => w.AddHandler<ExtractAudio>());
        var item = await bed.Desk.Send(Desk.Item("extract-audio", new VideoChunk("a", 7)), "video");

        var (queue, answer) = await bed.Desk.Succeeded.First(_ => true);

        queue.ShouldBe(Desk.SagaQueue);
        answer.RunId.ShouldBe(item.RunId);
        answer.ScopeId.ShouldBe(item.ScopeId);
        answer.Token.ShouldBe(item.Token);
        answer.WorkerId.ShouldBe(bed.Identity.WorkerId);
        answer.Output.GetRawText().ShouldBe("""{"name":"a.mp3","seconds":7}""");
        answer.EndedAt.ShouldNotBeNull().ShouldBeGreaterThanOrEqualTo(answer.StartedAt!.Value);
    }

    [Fact]
    public async Task Should_answer_through_the_public_queues_when_the_item_has_no_address()
    {
        await using var bed = await Start(w => w.AddHandler<ExtractAudio>(queue: "default").AddHandler<Approve>());
        await bed.Desk.Send(Desk.Item("extract-audio", new VideoChunk("a", 7)), withAddress: false);
        await bed.Desk.Send(Desk.Item("approve", new VideoChunk("a", 700)), withAddress: false);

        (await bed.Desk.Succeeded.First(_ => true)).Queue.ShouldBe(QueueNames.NodeSucceeded);
        (await bed.Desk.Failed.First(_ => true)).Queue.ShouldBe(QueueNames.NodeFailed);
    }

    [Fact] // capability 18
    public async Task NextAll_should_answer_with_an_array_in_order()
    {
        await using var bed = await Start(w => w.AddHandler<Split>());
        var item = await bed.Desk.Send(Desk.Item("split", new VideoChunk("v", 3)));

        (await bed.Desk.Success(item)).Output.EnumerateArray().Select(o => o.GetProperty("url").GetString()).ShouldBe(["v#0", "v#1", "v#2"]);
    }

    [Fact] // capability 19
    public async Task Hold_should_answer_nothing_and_take_the_item_off_the_queue()
    {
        await using var bed = await Start(w => w.AddHandler<Approve>().AddHandler<Split>(), ("Flow:Worker:Concurrency", "1"));
        var held = await bed.Desk.Send(Desk.Item("approve", new VideoChunk("v", 1)));
        await bed.Desk.Started.First(s => s.Token == held.Token);

        var next = await bed.Desk.Send(Desk.Item("split", new VideoChunk("v", 1)));
        await bed.Desk.Success(next);

        bed.Desk.IsAnswered(held).ShouldBeFalse();
        bed.Desk.Started.All.Count(s => s.Token == held.Token).ShouldBe(1);
    }

    [Fact] // capability 20
    public async Task Abort_should_fail_with_error_cause_and_details()
    {
        await using var bed = await Start(w => w.AddHandler<Approve>());
        var item = await bed.Desk.Send(Desk.Item("approve", new VideoChunk("v", 101)));

        var failure = await bed.Desk.Failure(item);
        failure.Error.ShouldBe("Video.TooLong");
        failure.Cause.ShouldBe("101 s is too long.");
        failure.Details!.Value.GetProperty("limit").GetInt32().ShouldBe(100);
    }

    [Fact] // capability 99
    public async Task A_throwing_handler_should_fail_its_item_alone()
    {
        await using var bed = await Start(w => w
            .AddHandler<JsonElement, int>("throws", (_, _) => throw new InvalidDataException("Nothing in it."))
            .AddHandler("works", (JsonElement _, NodeContext _) => Task.FromResult(1)));
        var bad = await bed.Desk.Send(Desk.Item("throws"));
        var good = await bed.Desk.Send(Desk.Item("works"));

        await bed.Desk.Success(good);
        var failure = await bed.Desk.Failure(bad);
        failure.Error.ShouldBe("System.IO.InvalidDataException");
        failure.Cause.ShouldBe("Nothing in it.");
        failure.WorkerId.ShouldBe(bed.Identity.WorkerId);
        var details = failure.Details!.Value;
        details.GetProperty("type").GetString().ShouldBe("System.IO.InvalidDataException");
        details.GetProperty("stack").GetString().ShouldNotBeNull().ShouldContain(nameof(A_throwing_handler_should_fail_its_item_alone));
        details.GetProperty("worker").GetString().ShouldBe(bed.Identity.WorkerId);
        details.GetProperty("host").GetString().ShouldBe(Environment.MachineName);
    }

    [Fact]
    public async Task A_mapped_exception_should_fail_under_its_mapped_name()
    {
        await using var bed = await Start(w => w
            .AddHandler<JsonElement, int>("throws", (_, _) => throw new VideoMissingException("gone"))
            .MapError<Exception>("Any").MapError<IOException>("Video.Unreadable"));
        var item = await bed.Desk.Send(Desk.Item("throws"));

        (await bed.Desk.Failure(item)).Error.ShouldBe("Video.Unreadable");
    }

    [Fact]
    public async Task A_function_should_return_an_output_or_a_transition()
    {
        await using var bed = await Start(w => w
            .AddHandler("output", (VideoChunk input, NodeContext _) => Task.FromResult(input.Seconds * 2))
            .AddHandler("transition", async (JsonElement _, NodeContext _) =>
            {
                await Task.Yield();
                return Transition.NextAll([1, 2]);
            })
            .AddHandler("abort", (JsonElement _, NodeContext _) => Task.FromResult(Transition.Abort("No"))));
        var output = await bed.Desk.Send(Desk.Item("output", new VideoChunk("v", 21)));
        var transition = await bed.Desk.Send(Desk.Item("transition"));
        var abort = await bed.Desk.Send(Desk.Item("abort"));

        (await bed.Desk.Success(output)).Output.GetInt32().ShouldBe(42);
        (await bed.Desk.Success(transition)).Output.GetRawText().ShouldBe("[1,2]");
        (await bed.Desk.Failure(abort)).Error.ShouldBe("No");
    }

    [Fact]
    public async Task A_handler_should_know_its_attempt_and_be_able_to_say_that_it_lives()
    {
        NodeContext? seen = null;
        await using var bed = await Start(w => w.AddHandler("look", async (JsonElement _, NodeContext context) =>
        {
            seen = context;
            await context.HeartbeatAsync(new { Percent = 50 });
            return 0;
        }));
        var item = await bed.Desk.Send(Desk.Item("look", new { a = 1 }) with { Attempt = 4, Priority = Priority.Critical });
        await bed.Desk.Success(item);

        var context = seen.ShouldNotBeNull();
        (context.RunId, context.ScopeId, context.Token).ShouldBe((item.RunId, item.ScopeId, item.Token));
        (context.Workflow, context.Version, context.Node, context.Attempt, context.Priority).ShouldBe(("test", 3, "Call look", 4, Priority.Critical));
        context.Input.GetRawText().ShouldBe("""{"a":1}""");
        var beat = await bed.Desk.Heartbeats.First(h => h.Token == item.Token);
        beat.RunId.ShouldBe(item.RunId);
        beat.Progress!.Value.GetRawText().ShouldBe("""{"percent":50}""");
    }

    [Fact]
    public async Task Every_item_should_have_a_dependency_scope_of_its_own()
    {
        var seen = new Observed<ScopeMark>();
        await using var bed = await Start(w =>
        {
            w.Services.AddScoped<ScopeMark>().AddSingleton(seen);
            w.AddHandler<Scoped>();
        });
        var first = await bed.Desk.Send(Desk.Item("scoped", new VideoChunk("v", 1)));
        var second = await bed.Desk.Send(Desk.Item("scoped", new VideoChunk("v", 1)));

        (await bed.Desk.Success(first)).Output.GetGuid().ShouldNotBe((await bed.Desk.Success(second)).Output.GetGuid());
        seen.All.ShouldAllBe(mark => mark.Disposed);
    }

    [Fact] // capability 74
    public async Task An_output_over_the_limit_should_fail_and_name_size_and_limit()
    {
        await using var bed = await Start(
            w => w.AddHandler("big", (JsonElement _, NodeContext _) => Task.FromResult(new string('x', 5_000))), ("Flow:Worker:MaxOutputBytes", "2000"));
        var item = await bed.Desk.Send(Desk.Item("big"));

        var failure = await bed.Desk.Failure(item);
        failure.Error.ShouldBe("States.DataLimitExceeded");
        failure.Cause.ShouldBe("The output of handler 'big' is 5002 bytes; the limit is 2000 (Flow:Worker:MaxOutputBytes).");
    }

    [Fact] // capability 74
    public async Task An_output_over_the_transports_limit_should_be_stored_and_named()
    {
        await using var bed = await Start(
            w => w.AddHandler("big", (JsonElement _, NodeContext _) => Task.FromResult(new string('x', 100_000))).AddHandler<Split>(),
            ("Flow:MaxMessageBytes", "50000"),
            ("Flow:Worker:Concurrency", "1"));
        var item = await bed.Desk.Send(Desk.Item("big"));

        var success = await bed.Desk.Success(item);
        success.Output.ValueKind.ShouldBe(JsonValueKind.Undefined);
        JsonElement.Parse(bed.Desk.Payloads[success.OutputReference.ShouldNotBeNull()]).GetString().ShouldBe(new string('x', 100_000));

        // The send that was refused leaves no trace on the item: it is answered once, and not put aside for it.
        await bed.Desk.Success(await bed.Desk.Send(Desk.Item("split", new VideoChunk("v", 1))));
        bed.Desk.Succeeded.All.Count(s => s.Message.Token == item.Token).ShouldBe(1);
    }

    [Fact] // capability 74
    public async Task An_output_that_is_not_stored_should_fail_with_the_reason()
    {
        await using var bed = await Start(
            w => w.AddHandler("big", (JsonElement _, NodeContext _) => Task.FromResult(new string('x', Desk.MostStoredBytes))), ("Flow:MaxMessageBytes", "50000"));
        var item = await bed.Desk.Send(Desk.Item("big"));

        var failure = await bed.Desk.Failure(item);
        failure.Error.ShouldBe("States.DataLimitExceeded");
        failure.Cause.ShouldNotBeNull().ShouldContain("200002 bytes are too many");
    }

    [Fact] // capability 74
    public async Task An_input_by_reference_should_reach_the_handler_whole()
    {
        await using var bed = await Start(w => w.AddHandler("length", (string input, NodeContext context) => Task.FromResult($"{input.Length} {context.Input.GetString()!.Length}")));
        var reference = Guid.CreateVersion7();
        bed.Desk.Payloads[reference] = JsonSerializer.SerializeToUtf8Bytes(new string('ö', 30_000));
        var item = await bed.Desk.Send(Desk.ReferringItem("length", reference));

        (await bed.Desk.Success(item)).Output.GetString().ShouldBe("30000 30000");
    }

    [Fact] // capability 74
    public async Task An_input_that_is_not_there_should_fail_the_attempt_and_not_circle()
    {
        await using var bed = await Start(w => w.AddHandler("length", (string input, NodeContext _) => Task.FromResult(input.Length)));
        var reference = Guid.CreateVersion7();
        var item = await bed.Desk.Send(Desk.ReferringItem("length", reference));

        var failure = await bed.Desk.Failure(item);
        failure.Error.ShouldBe("Flow.PayloadUnavailable");
        failure.Cause.ShouldNotBeNull().ShouldContain(reference.ToString());
    }

    [Fact] // capability 100
    public async Task Start_and_outcome_should_be_told_once_an_attempt()
    {
        await using var bed = await Start(
            w => w
                .AddHandler("works", (JsonElement _, NodeContext _) => Task.FromResult(1))
                .AddHandler("throws", (JsonElement _, NodeContext _) => Task.FromException<int>(new IOException("down")), policy: p => (p.RetryMaxAttempts, p.RetryFirstDelaySeconds) = (3, 0.01)),
            ("Flow:Worker:Concurrency", "1"));
        var items = new List<NodeWorkItem>();
        for (var i = 0; i < 7; i++)
            items.Add(await bed.Desk.Send(Desk.Item(i < 5 ? "works" : "throws") with { Attempt = i + 1 }));
        foreach (var item in items.Take(5))
            await bed.Desk.Success(item);
        foreach (var item in items.Skip(5))
            (await bed.Desk.Failure(item)).Error.ShouldBe("System.IO.IOException");
        var started = await bed.Desk.Started.Several(7);

        started.Select(s => (s.Token, s.Attempt, s.Node, s.WorkerId)).OrderBy(s => s.Attempt)
            .ShouldBe(items.Select(i => (i.Token, i.Attempt, i.Node, bed.Identity.WorkerId)));
        (bed.Desk.Succeeded.All.Count, bed.Desk.Failed.All.Count, bed.Desk.Started.All.Count).ShouldBe((5, 2, 7));
    }
}
