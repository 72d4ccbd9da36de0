using Flow.Orchestrator.Records;
using Microsoft.Extensions.Time.Testing;

namespace Flow.Orchestrator.Tests.Records;

// capability 91, 92
public sealed class When_workers_are_heard
{
    private readonly FakeTimeProvider _time = new();
    private readonly WorkersHeard _workers;

    public When_workers_are_heard() => _workers = new(_time);

    [Fact]
    public void Should_find_a_rest_only_while_every_worker_that_serves_the_handler_rests()
    {
        Hear("one", rests: true);
        Rest().ShouldBe(new Rest(_time.GetUtcNow().AddSeconds(25), 1));
        _workers.FindRest("other", "shop").ShouldBeNull();
        _workers.FindRest("default", "other").ShouldBeNull();

        Hear("two", rests: false);
        Rest().ShouldBeNull();
        Hear("two", rests: false, WorkerDrain.Draining);
        Rest()!.Workers.ShouldBe(1);
        Hear("two", rests: true);
        Rest()!.Workers.ShouldBe(2);

        _time.Advance(TimeSpan.FromSeconds(26));
        Rest().ShouldBeNull();
    }

    [Fact]
    public void Should_know_a_worker_for_a_while_after_it_was_heard_of()
    {
        Hear("one", rests: false);
        State().ShouldBe(WorkerState.Alive);
        _time.Advance(TimeSpan.FromSeconds(20));
        State().ShouldBe(WorkerState.Stale);
        _time.Advance(TimeSpan.FromSeconds(20));
        State().ShouldBe(WorkerState.Dead);
        _workers.List().ShouldHaveSingleItem().HeardAt.ShouldBe(_time.GetUtcNow().AddSeconds(-40));

        _time.Advance(WorkersHeard.Memory);
        State().ShouldBeNull();
        _workers.List().ShouldBeEmpty();
        Hear("one", rests: false);
        State().ShouldBe(WorkerState.Alive);

        WorkerState? State() => _workers.Show("one")?.State;
    }

    private Rest? Rest() => _workers.FindRest("default", "shop");

    private void Hear(string worker, bool rests, WorkerDrain drain = WorkerDrain.None)
    {
        _time.Advance(TimeSpan.FromTicks(1));
        _workers.Hear(new()
        {
            WorkerId = worker, Host = "h", Version = "1", Queues = ["default"], Handlers = ["shop"], Concurrency = 1, InFlight = [],
            StartedAt = _time.GetUtcNow(), Timestamp = _time.GetUtcNow(), IntervalSeconds = 10, Drain = drain,
            Resting = rests ? [new("shop", _time.GetUtcNow().AddSeconds(25))] : [],
        });
    }
}
