using System.Text;
using System.Text.Json;
using Flow.Client;
using Flow.Contracts.Api;
using Flow.Monitor.DeadLetters;
using Flow.Transports.DeadLetters;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Flow.Monitor.Tests.DeadLetters;

/// <summary>From the failure to the store and back, with the real orchestrator and workers; alike on every broker and database.</summary>
public abstract partial class DeadLetterTests : IAsyncLifetime
{
    private const string Work = "flow-work-default";
    private const string Envelope = "application/vnd.masstransit+json";
    private const string Twice = "\"Retry\": [{\"ErrorEquals\": [\"Card.Declined\"], \"IntervalSeconds\": 1, \"MaxAttempts\": 1}],";

    private FlowBed _bed = null!;

    protected string Database { get; private set; } = "";

    protected string? Broker { get; private set; }

    public async ValueTask InitializeAsync()
    {
        (Database, Broker) = await CreateAsync();
        _bed = await FlowBed.StartAsync(Database, Broker);
    }

    public async ValueTask DisposeAsync()
    {
        await _bed.DisposeAsync();
        await DropAsync();
        GC.SuppressFinalize(this);
    }

    protected abstract Task<(string Database, string? Broker)> CreateAsync();

    protected abstract Task DropAsync();

    /// <summary>Has the only message of a queue delivered as often as the queue allows.</summary>
    protected abstract Task ExhaustAsync(string queue);

    // capability 111, capability 112
    [Fact]
    public async Task A_run_whose_retries_are_spent_leaves_a_letter_with_its_error_attempts_and_input()
    {
        var run = await _bed.RunToEndAsync("order", input: "{\"order\": 7}", retry: Twice);
        run.Run.Status.ShouldBe(RunStatus.Failed);

        var letter = (await _bed.UntilAsync(new() { RunId = run.Run.RunId })).Single();
        (letter.Kind, letter.Status, letter.Attempts, letter.Error, letter.Workflow, letter.Version, letter.Node, letter.Resource)
            .ShouldBe((DeadLetterKind.RetriesSpent, DeadLetterStatus.Open, 2, "Card.Declined", "order", 1, "Charge", "flow:charge"));
        letter.Cause.ShouldNotBeNull().ShouldContain("was declined");
        letter.Token.ShouldNotBeNull();
        var details = await _bed.Letters.GetDeadLetterAsync(letter.Id);
        details.Input!.Value.GetProperty("order").GetInt32().ShouldBe(7);

        // The same error at the same place, however its text varies.
        var again = await _bed.RunToEndAsync("order", retry: Twice);
        (await _bed.UntilAsync(new() { RunId = again.Run.RunId })).Single().Fingerprint.ShouldBe(letter.Fingerprint);
    }

    // capability 115
    [Fact]
    public async Task A_body_that_nobody_can_read_is_kept_byte_for_byte_with_its_reason()
    {
        byte[] body = [.. Encoding.UTF8.GetBytes("{\"runId\": \"no\", \"node\": \"Charge\", "), 0xFF, 0xFE];
        var sent = await SendAsync(Work, body);

        var letter = (await _bed.UntilAsync(new() { Queue = Work })).Single();
        (letter.Kind, letter.MessageId, letter.RunId).ShouldBe((DeadLetterKind.Undecodable, sent, (Guid?)null));
        letter.Error.ShouldNotBeNull();
        letter.Cause.ShouldNotBeNull();
        var details = await _bed.Letters.GetDeadLetterAsync(letter.Id);
        Convert.FromBase64String(details.BodyBase64!).ShouldBe(body);
        details.ContentType.ShouldBe("application/json");
        details.Headers!.Value.GetProperty("x-sender").GetString().ShouldBe("test");
        details.Stack.ShouldNotBeNullOrEmpty();
    }

    // capability 111, capability 115
    [Fact]
    public async Task An_item_without_a_handler_is_one_letter_with_its_message_and_its_run()
    {
        var run = await _bed.RunToEndAsync("ghost", "flow:nobody", "{\"order\": 8}");
        run.Run.Error.ShouldBe("Flow.UnknownHandler");
        var letter = (await _bed.UntilAsync(new() { RunId = run.Run.RunId }, 1, l => l is { Queue: not null, Resource: not null })).Single();
        (letter.Kind, letter.Queue, letter.Error, letter.Handler, letter.Workflow, letter.Node).ShouldBe((DeadLetterKind.UnknownHandler, Work, "Flow.UnknownHandler", "nobody", "ghost", "Charge"));
        var details = await _bed.Letters.GetDeadLetterAsync(letter.Id);
        details.Input!.Value.GetProperty("order").GetInt32().ShouldBe(8);
        details.Body.ShouldNotBeNull().ShouldContain(letter.Token!.Value.ToString());
    }

    // capability 115
    [Fact]
    public async Task An_item_of_a_version_from_the_future_is_kept_with_its_facts()
    {
        var (run, token) = (Guid.NewGuid(), Guid.NewGuid());
        var item = new
        {
            runId = run, scopeId = run, token, workflow = "order", version = 3, node = "Charge", resource = "flow:charge", handler = "charge", attempt = 4, input = new { order = 9 },
            scheduledAt = TimeProvider.System.GetUtcNow(), contractVersion = 99,
        };
        await SendAsync(
            Work,
            JsonSerializer.SerializeToUtf8Bytes(new { messageId = Guid.NewGuid(), messageType = new[] { "urn:message:Flow.Contracts:NodeWorkItem" }, message = item }),
            Envelope);
        var letter = (await _bed.UntilAsync(new() { RunId = run })).Single();
        (letter.Kind, letter.Error, letter.Workflow, letter.Version, letter.Node, letter.Handler, letter.Token, letter.Attempts)
            .ShouldBe((DeadLetterKind.UnsupportedContract, "Flow.UnsupportedContract", "order", 3, "Charge", "charge", token, 4));
    }

    // capability 111, capability 113
    [Fact]
    public async Task An_item_that_is_delivered_too_often_is_a_letter_and_its_run_is_told()
    {
        var run = await _bed.BeginAsync("lost", "flow:lost/charge");
        await MonitorApp.UntilAsync(() => _bed.Orchestrator.GetHistoryAsync(run), history => history.Items.Any(e => e.Event.Type.EndsWith("Scheduled", StringComparison.Ordinal)));
        await ExhaustAsync("flow-work-lost");
        await _bed.StartWorkerAsync("lost");

        (await _bed.Orchestrator.WaitForRunAsync(run, Patience.Limit)).Run.Error.ShouldBe("Flow.WorkerLost");
        var letter = (await _bed.UntilAsync(new() { RunId = run }, 1, l => l is { Queue: not null, Resource: not null })).Single();
        (letter.Kind, letter.Error, letter.Queue).ShouldBe((DeadLetterKind.DeliveryLimit, "Flow.WorkerLost", "flow-work-lost"));
        letter.Attempts.ShouldBeGreaterThanOrEqualTo(20);

        _bed.IsMended = true;
        (await _bed.EndAsync(await _bed.Letters.ReplayDeadLetterAsync(letter.Id))).Outcome.ShouldBe("1 replayed");
        (await _bed.Orchestrator.WaitForRunAsync(run, Patience.Limit)).Run.Status.ShouldBe(RunStatus.Succeeded);
    }

    // capability 113, capability 114
    [Fact]
    public async Task A_replay_lets_the_run_go_on_once_its_handler_is_mended_and_the_audit_says_who()
    {
        var run = await _bed.RunToEndAsync("order");
        var letter = (await _bed.UntilAsync(new() { RunId = run.Run.RunId })).Single();
        _bed.IsMended = true;

        var act = await _bed.EndAsync(await _bed.Letters.ReplayDeadLetterAsync(letter.Id));
        (act.Kind, act.Status, act.Letters, act.Outcome).ShouldBe((DeadLetterActKind.Replay, DeadLetterActStatus.Completed, 1, "1 replayed"));
        act.RequestedBy.ShouldStartWith("ann at ");
        var ended = await _bed.Orchestrator.WaitForRunAsync(run.Run.RunId, Patience.Limit);
        ended.Run.Status.ShouldBe(RunStatus.Succeeded);
        var details = await _bed.Letters.GetDeadLetterAsync(letter.Id);
        (details.Letter.Status, details.Letter.Replays).ShouldBe((DeadLetterStatus.Replayed, 1));
        details.Acts.ShouldHaveSingleItem().ShouldSatisfyAllConditions(a => a.ActId.ShouldBe(act.Id), a => a.Status.ShouldBe(DeadLetterOutcomeStatus.Done));

        // What has gone on is not redriven once more.
        var second = await _bed.EndAsync(await _bed.Letters.ReplayDeadLetterAsync(letter.Id));
        second.Outcome.ShouldBe("0 replayed, 1 refused");
        (await _bed.Letters.GetDeadLetterAsync(letter.Id)).Acts[0].Detail.ShouldContain("is Succeeded; only a run that Failed");
    }

    // capability 113
    [Fact]
    public async Task A_replay_can_take_another_input()
    {
        var run = await _bed.RunToEndAsync("order", input: "{\"paid\": false}");
        var letter = (await _bed.UntilAsync(new() { RunId = run.Run.RunId })).Single();
        (await Should.ThrowAsync<FlowApiException>(() => _bed.Letters.ReplayDeadLetterAsync(letter.Id, new() { Body = "{}" }))).Detail.ShouldContain("give 'input'");
        await _bed.EndAsync(await _bed.Letters.ReplayDeadLetterAsync(letter.Id, new() { Input = JsonElement.Parse("{\"paid\": true}") }));
        (await _bed.Orchestrator.WaitForRunAsync(run.Run.RunId, Patience.Limit)).Run.Status.ShouldBe(RunStatus.Succeeded);
    }

    // capability 113
    [Fact]
    public async Task All_that_match_a_filter_follow_the_first_only_when_it_has_done_well()
    {
        for (var i = 0; i < 3; i++)
            await _bed.RunToEndAsync("order");
        var other = await _bed.RunToEndAsync("other");
        await _bed.UntilAsync(new() { Workflow = "order", Status = DeadLetterStatus.Open }, 3);
        await _bed.UntilAsync(new() { RunId = other.Run.RunId });
        var selection = new DeadLetterSelection { Filter = new() { Workflow = "order" }, CanarySeconds = 60, PerSecond = 50 };

        var stopped = await _bed.EndAsync(await _bed.Letters.ReplayDeadLettersAsync(selection));
        stopped.Status.ShouldBe(DeadLetterActStatus.Stopped);
        stopped.Outcome.ShouldNotBeNull().ShouldContain("the other 2 are as they were");
        await _bed.UntilAsync(new() { Workflow = "order", Status = DeadLetterStatus.Open }, 3);

        _bed.IsMended = true;
        var done = await _bed.EndAsync(await _bed.Letters.ReplayDeadLettersAsync(selection));
        (done.Status, done.Outcome).ShouldBe((DeadLetterActStatus.Completed, "3 replayed"));
        await MonitorApp.UntilAsync(() => _bed.Orchestrator.CountRunsAsync(new() { Workflow = "order", Status = RunStatus.Succeeded }), count => count == 3);
        (await _bed.Letters.ListDeadLettersAsync(new() { Status = DeadLetterStatus.Open })).Items.ShouldHaveSingleItem().Workflow.ShouldBe("other");
    }

    // capability 113
    [Fact]
    public async Task A_message_of_no_run_goes_back_to_its_queue_and_is_the_same_letter_when_it_fails_again()
    {
        await SendAsync(Work, "no work item"u8.ToArray());
        var letter = (await _bed.UntilAsync(new() { Queue = Work })).Single();
        (await _bed.EndAsync(await _bed.Letters.ReplayDeadLetterAsync(letter.Id))).Outcome.ShouldBe("1 replayed");
        await _bed.UntilAsync(new() { Queue = Work, Status = DeadLetterStatus.Open }, 1, l => l.Id == letter.Id && l.Replays == 1);

        // With another body it is what the queue takes, and its run is one that nobody knows.
        var edit = new ReplayDeadLetter { Body = "{\"workflow\": \"order\"}" };
        await _bed.EndAsync(await _bed.Letters.ReplayDeadLetterAsync(letter.Id, edit));
        await _bed.UntilAsync(new() { Queue = Work, Status = DeadLetterStatus.Open }, 1, l => l.Replays == 2);
        (await _bed.Letters.GetDeadLetterAsync(letter.Id)).Body.ShouldBe(edit.Body);
    }

    // capability 114
    [Fact]
    public async Task Letters_are_archived_and_deleted_by_name_and_the_audit_keeps_them()
    {
        await SendAsync(Work, "first"u8.ToArray());
        await SendAsync(Work, "second"u8.ToArray());
        var letters = await _bed.UntilAsync(new() { Queue = Work }, 2);
        await _bed.Letters.ArchiveDeadLettersAsync(new() { Ids = [letters[0].Id] });
        (await _bed.Letters.ListDeadLettersAsync(new() { Status = DeadLetterStatus.Archived })).Items.ShouldHaveSingleItem().Id.ShouldBe(letters[0].Id);
        await _bed.Letters.DeleteDeadLettersAsync(new() { Filter = new() { Status = DeadLetterStatus.Archived } });
        (await _bed.Letters.ListDeadLettersAsync()).Items.ShouldHaveSingleItem().Id.ShouldBe(letters[1].Id);
        (await Should.ThrowAsync<FlowApiException>(() => _bed.Letters.GetDeadLetterAsync(letters[0].Id))).Status.ShouldBe(404);
        (await Should.ThrowAsync<FlowApiException>(() => _bed.Letters.DeleteDeadLettersAsync(new()))).Detail.ShouldContain("either 'ids', or a 'filter'");

        var acts = (await _bed.Letters.ListDeadLetterActsAsync()).Items;
        acts.Select(a => (a.Kind, a.Outcome)).ShouldBe([(DeadLetterActKind.Delete, "1 deleted"), (DeadLetterActKind.Archive, "1 archived")]);
        acts.ShouldAllBe(a => a.RequestedBy.StartsWith("ann at ", StringComparison.Ordinal));
        (await _bed.Monitor.ReadAsync(db => db.DeadLetterItems.CountAsync(i => i.LetterId == letters[0].Id && i.Detail.Contains(Work)))).ShouldBe(2);
    }

    // capability 115
    [Fact]
    public async Task A_drain_that_dies_between_store_and_acknowledgement_loses_nothing_and_doubles_nothing()
    {
        var drain = _bed.Monitor.Services.GetServices<IHostedService>().OfType<DeadLetterDrain>().Single();
        await drain.StopAsync(default);
        var queues = _bed.Monitor.Services.GetRequiredService<IDeadLetterQueues>();
        for (var i = 0; i < 20; i++)
            await SendAsync(Work, Encoding.UTF8.GetBytes($"poison {i}"));
        var died = 0;
        await MonitorApp.UntilAsync(
            async () =>
            {
                try
                {
                    await queues.DrainAsync([Work], StoreAndDieAsync, default);
                }
                catch (OperationCanceledException)
                {
                    died++;
                }

                return await _bed.Monitor.ReadAsync(db => db.DeadLetters.CountAsync());
            },
            count => count >= 20);
        died.ShouldBeGreaterThan(0);

        // Nothing was acknowledged, so all come once more.
        (await drain.DrainAsync(default)).ShouldBe(20);
        (await drain.DrainAsync(default)).ShouldBe(0);
        var bodies = await _bed.Monitor.ReadAsync(db => db.DeadLetters.Select(d => d.Body!).ToListAsync());
        bodies.Select(Encoding.UTF8.GetString).Order(StringComparer.Ordinal).ShouldBe(Enumerable.Range(0, 20).Select(i => $"poison {i}").Order(StringComparer.Ordinal));

        async Task StoreAndDieAsync(IReadOnlyList<DeadMessage> batch, CancellationToken cancellationToken)
        {
            await using var scope = _bed.Monitor.Services.CreateAsyncScope();
            await scope.ServiceProvider.GetRequiredService<DeadLetterStore>().StoreAsync(batch, cancellationToken);
            throw new OperationCanceledException("Killed.");
        }
    }

    /// <summary>Sends plain bytes, as a foreign program would; answers with the message's id.</summary>
    private async Task<string> SendAsync(string queue, byte[] body, string contentType = "application/json")
    {
        var id = Guid.NewGuid().ToString();
        await MonitorApp.UntilAsync(
            async () =>
            {
                try
                {
                    await _bed.Monitor.Services.GetRequiredService<IDeadLetterQueues>().SendAsync(
                        new() { Queue = queue, MessageId = id, Body = body, ContentType = contentType, Headers = "{\"x-sender\": \"test\"}" }, default);
                    return "";
                }
                catch (UnroutableMessageException exception)
                {
                    return exception.Message;
                }
            },
            fault => fault.Length == 0);
        return id;
    }
}
