using System.Collections.Concurrent;
using Flow.Contracts;
using Flow.Transports.Tests.Brokers;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;

namespace Flow.Transports.Tests.Contract;

public abstract partial class TransportContract
{
    [Fact]
    public async Task Should_publish_to_every_subscriber()
    {
        var host = await StartHostAsync();
        var first = new ConcurrentBag<int>();
        var second = new ConcurrentBag<int>();
        await host.ServeAsync<Announced>("first", context => Keep(first, context.Message.Number));
        await host.ServeAsync<Announced>("second", context => Keep(second, context.Message.Number));

        foreach (var number in Enumerable.Range(0, 10))
            await host.Bus.Publish(new Announced(number), TestContext.Current.CancellationToken);

        await Until.TrueAsync(() => first.Count >= 10 && second.Count >= 10);
        first.Order().ShouldBe(Enumerable.Range(0, 10));
        second.Order().ShouldBe(Enumerable.Range(0, 10));
    }

    // capability 75
    [Fact]
    public async Task Should_deliver_only_from_the_queue_that_was_asked_for()
    {
        var host = await StartHostAsync();
        var mine = new ConcurrentBag<int>();
        var other = new ConcurrentBag<int>();
        await host.ServeAsync<Numbered>("mine", context => Keep(mine, context.Message.Number), e => e.AsWorkQueue());
        await host.ServeAsync<Numbered>("other", context => Keep(other, context.Message.Number), e => e.AsWorkQueue());

        await host.SendAsync("other", new Numbered(1));
        await host.Bus.Publish(new Numbered(2), TestContext.Current.CancellationToken);
        await host.SendAsync("mine", new Numbered(3));

        await Until.TrueAsync(() => !mine.IsEmpty && !other.IsEmpty);
        mine.ShouldBe([3]);
        other.ShouldBe([1]);
    }

    [Fact]
    public async Task Should_share_a_queue_among_competing_consumers()
    {
        Needs(Capability.SeveralBuses);
        var one = await StartHostAsync();
        var two = await StartHostAsync();
        var handledByOne = new ConcurrentBag<int>();
        var handledByTwo = new ConcurrentBag<int>();
        // Whoever handles a message stays with it until the other has one too: so both must get some.
        await one.ServeAsync<Numbered>("shared", context => KeepUntilBothHave(handledByOne, handledByTwo, context));
        await two.ServeAsync<Numbered>("shared", context => KeepUntilBothHave(handledByTwo, handledByOne, context));

        await Task.WhenAll(Enumerable.Range(0, 200).Select(number => one.SendAsync("shared", new Numbered(number))));

        await Until.TrueAsync(() => handledByOne.Count + handledByTwo.Count >= 200);
        handledByOne.Concat(handledByTwo).Order().ShouldBe(Enumerable.Range(0, 200));
    }

    // capability 62
    [Fact]
    public async Task Should_keep_the_order_of_sending_for_a_single_consumer()
    {
        Needs(Capability.Order);
        var host = await StartHostAsync();
        var handled = new ConcurrentQueue<int>();
        await host.ServeAsync<Numbered>(
            "ordered",
            context =>
            {
                handled.Enqueue(context.Message.Number);
                return Task.CompletedTask;
            },
            e => e.ConcurrentMessageLimit = 1);

        foreach (var number in Enumerable.Range(0, 50))
            await host.SendAsync("ordered", new Numbered(number));

        await Until.TrueAsync(() => handled.Count == 50);
        handled.ShouldBe(Enumerable.Range(0, 50));
    }

    [Fact]
    public async Task Should_answer_a_request()
    {
        var host = await StartHostAsync(bus => bus.AddRequestClient<Question>(new Uri("queue:questions")));
        await host.ServeAsync<Question>("questions", context => context.RespondAsync(new Answer(context.Message.Text + "!")));

        await using var scope = host.Services.CreateAsyncScope();
        var client = scope.ServiceProvider.GetRequiredService<IRequestClient<Question>>();
        var answer = await client.GetResponse<Answer>(new Question("Ready"), TestContext.Current.CancellationToken);

        answer.Message.Text.ShouldBe("Ready!");
    }

    [Fact]
    public async Task Should_send_compact_camel_case_envelopes()
    {
        var host = await StartHostAsync();
        var seen = await host.WatchAsync("envelopes");

        await host.SendAsync("envelopes", new Numbered(7, "x"));

        await Until.TrueAsync(() => !seen.All.IsEmpty);
        var body = seen.All.First().Body;
        body.ShouldNotContain('\n');
        body.ShouldContain("\"messageType\":[\"urn:message:Flow.Transports.Tests:Numbered\"]");
        body.ShouldContain("\"message\":{\"number\":7,\"text\":\"x\"}");
    }

    // capability 74
    [Fact]
    public async Task Should_refuse_a_message_over_the_size_limit_by_name()
    {
        var host = await StartHostAsync(new Dictionary<string, string?>(broker.Settings) { ["Flow:MaxMessageBytes"] = "4096" });

        var refusal = await Should.ThrowAsync<MessageTooLargeException>(() => host.SendAsync("large", new Numbered(1, new string('x', 5000))));
        await Should.ThrowAsync<MessageTooLargeException>(() => host.Bus.Publish(new Numbered(1, new string('x', 5000))));

        refusal.MessageType.ShouldBe(nameof(Numbered));
        refusal.SizeBytes.ShouldBeGreaterThan(5000);
        refusal.LimitBytes.ShouldBe(4096);
        refusal.Message.ShouldContain("Flow:MaxMessageBytes");
    }

    // capability 75
    [Fact]
    public async Task Should_keep_work_for_a_queue_that_no_worker_has_served_yet()
    {
        Needs(Capability.QueueBeforeConsumer);
        var sender = await StartHostAsync();
        var address = WorkQueues.Address("video", Priority.Default);
        foreach (var number in Enumerable.Range(0, 5))
            await (await sender.Bus.GetSendEndpoint(address)).Send(new Numbered(number), TestContext.Current.CancellationToken);

        var worker = await StartHostAsync();
        var handled = new ConcurrentBag<int>();
        await worker.ServeAsync<Numbered>("flow-work-video", context => Keep(handled, context.Message.Number), e => e.AsWorkQueue());
        await (await sender.Bus.GetSendEndpoint(address)).Send(new Numbered(5), TestContext.Current.CancellationToken);

        await Until.TrueAsync(() => handled.Count == 6);
        handled.Order().ShouldBe(Enumerable.Range(0, 6));
    }

    private static Task Keep(ConcurrentBag<int> bag, int number)
    {
        bag.Add(number);
        return Task.CompletedTask;
    }

    private static async Task KeepUntilBothHave(ConcurrentBag<int> mine, ConcurrentBag<int> other, ConsumeContext<Numbered> context)
    {
        mine.Add(context.Message.Number);
        await Until.TrueAsync(() => !other.IsEmpty);
    }
}
