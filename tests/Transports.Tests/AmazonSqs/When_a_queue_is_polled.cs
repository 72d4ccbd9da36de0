using Flow.Transports.AmazonSqs;
using Flow.Transports.Queues;
using Microsoft.Extensions.Time.Testing;

namespace Flow.Transports.Tests.AmazonSqs;

// capability 63
/// <summary>How many long polls of a queue are on their way at once; the test answers them.</summary>
public sealed class When_a_queue_is_polled : IDisposable
{
    private readonly CancellationTokenSource _closing = new();
    private readonly Lock _lock = new();
    private readonly List<(int Limit, TaskCompletionSource<IReadOnlyList<InboundMessage>> Answer)> _open = [];
    private readonly QueuePoll _poll;

    public When_a_queue_is_polled() => _poll = new QueuePoll(PollAsync, _ => Task.CompletedTask, new FakeTimeProvider(), _closing.Token);

    public void Dispose() => _closing.Dispose();

    [Fact]
    public async Task Should_poll_once_at_a_time_while_little_comes()
    {
        for (var round = 0; round < 3; round++)
        {
            (await BeginAsync(limit: 100, polls: 1)).ShouldBe(1);
            await AnswerAsync(messages: 9);
        }
    }

    [Fact]
    public async Task Should_have_another_poll_each_time_that_one_comes_back_full_up_to_eight()
    {
        for (var polls = 1; polls <= 10; polls++)
        {
            (await BeginAsync(limit: 200, Math.Min(polls, 8))).ShouldBe(Math.Min(polls, 8));
            await AnswerFullAsync();
        }

        // Those that are on their way stay; each that brings less halves how many there may be.
        await AnswerAsync(messages: 3);
        (await BeginAsync(limit: 200, 7)).ShouldBe(7);
        while (Open > 0)
            await AnswerAsync(messages: 0);
        (await BeginAsync(limit: 200, 1)).ShouldBe(1);
    }

    [Fact]
    public async Task Should_poll_for_no_more_than_the_receiver_takes()
    {
        for (var round = 0; round < 5; round++)
        {
            (await BeginAsync(limit: 16, Math.Min(round + 1, 2))).ShouldBe(Math.Min(round + 1, 2));
            lock (_lock)
                _open.Sum(poll => poll.Limit).ShouldBeLessThanOrEqualTo(16);
            await AnswerFullAsync();
        }
    }

    [Fact]
    public async Task Should_settle_when_all_polls_have_ended()
    {
        await BeginAsync(limit: 100, 1);
        await AnswerFullAsync();
        await BeginAsync(limit: 100, 2);

        var settled = _poll.SettleAsync();
        await AnswerAsync(messages: 1);
        settled.IsCompleted.ShouldBeFalse();
        await AnswerAsync(messages: 2);
        await settled.WaitAsync(Patience.Limit, TestContext.Current.CancellationToken);
    }

    private int Open
    {
        get
        {
            lock (_lock)
                return _open.Count;
        }
    }

    private Task<IReadOnlyList<InboundMessage>> PollAsync(int limit, TimeSpan lease, CancellationToken cancellationToken)
    {
        var poll = new TaskCompletionSource<IReadOnlyList<InboundMessage>>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_lock)
            _open.Add((limit, poll));
        return poll.Task;
    }

    /// <summary>The receiver takes what is there, and waits for more; answers how many polls are open once these many are.</summary>
    private async Task<int> BeginAsync(int limit, int polls)
    {
        _poll.Take(limit, TimeSpan.FromMinutes(1));
        _ = _poll.WaitAsync(TimeSpan.FromHours(1), TestContext.Current.CancellationToken);
        await Until.TrueAsync(() => Open >= polls);
        return Open;
    }

    private Task AnswerFullAsync() => AnswerAsync(int.MaxValue);

    /// <summary>One poll ends, with at most as many messages as it asked for, and they are there.</summary>
    private async Task AnswerAsync(int messages)
    {
        (int Limit, TaskCompletionSource<IReadOnlyList<InboundMessage>> Answer) poll;
        lock (_lock)
        {
            poll = _open[0];
            _open.RemoveAt(0);
        }

        _poll.TakeAll();
        var waiting = _poll.WaitAsync(TimeSpan.FromHours(1), TestContext.Current.CancellationToken);
        poll.Answer.SetResult([.. Enumerable.Range(0, Math.Min(messages, poll.Limit)).Select(_ => Message())]);
        await waiting;
    }

    private static InboundMessage Message() => new() { Lease = new(Guid.NewGuid(), 0), TransportId = Guid.NewGuid(), EarlierDeliveries = 0, Priority = 100, SentAt = default, Body = [] };
}
