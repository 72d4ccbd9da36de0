using System.Collections.Concurrent;
using Flow.Transports.Tests.Brokers;
using MassTransit;

namespace Flow.Transports.Tests.Contract;

public abstract partial class TransportContract
{
    [Fact]
    public async Task Should_retry_and_then_move_to_the_error_queue_with_the_fault()
    {
        var host = await StartHostAsync();
        var errors = await host.WatchAsync("broken_error");
        var faults = new ConcurrentBag<string>();
        await host.ServeAsync<Fault<Numbered>>("faults", context =>
        {
            faults.Add(context.Message.Exceptions[0].Message);
            return Task.CompletedTask;
        });
        var attempts = new ConcurrentBag<int>();
        await host.ServeAsync<Numbered>("broken", context =>
        {
            attempts.Add(context.Message.Number);
            throw new InvalidOperationException("The disc is broken.");
        });

        await host.SendAsync("broken", new Numbered(1));

        await Until.TrueAsync(() => !errors.All.IsEmpty && !faults.IsEmpty);
        attempts.Count.ShouldBe(4);
        faults.ShouldBe(["The disc is broken."]);
        var error = errors.All.ShouldHaveSingleItem();
        error.Body.ShouldContain("\"number\":1");
        error.Headers.GetValueOrDefault(MessageHeaders.Reason).ShouldBe("fault");
        error.Headers.GetValueOrDefault(MessageHeaders.FaultMessage).ShouldBe("The disc is broken.");
        error.Headers.GetValueOrDefault(MessageHeaders.FaultExceptionType).ShouldBe("System.InvalidOperationException");
        error.Headers.GetValueOrDefault(MessageHeaders.FaultStackTrace).ShouldNotBeNullOrEmpty();
    }

    [Fact]
    public async Task Should_wait_out_an_outage_without_moving_anything_to_the_error_queue()
    {
        var host = await StartHostAsync();
        var errors = await host.WatchAsync("outage_error");
        var attempts = 0;
        var scopes = 0;
        await host.ServeAsync<Numbered>(
            "outage",
            _ => Interlocked.Increment(ref attempts) <= 6 ? throw new TimeoutException("The database does not answer.") : Task.CompletedTask,
            // Stands for an outbox or a saga: it must be entered anew by every attempt.
            e => e.UseExecute(_ => Interlocked.Increment(ref scopes)));

        await host.SendAsync("outage", new Numbered(1));

        await Until.TrueAsync(() => attempts == 7);
        scopes.ShouldBe(7);
        errors.All.ShouldBeEmpty();
    }

    // capability 115
    [Fact]
    public async Task Should_set_an_undecodable_body_aside_at_once_and_go_on()
    {
        var host = await StartHostAsync();
        var errors = await host.WatchAsync("poison_error");
        var handled = new ConcurrentBag<int>();
        await host.ServeAsync<Numbered>("poison", context => Keep(handled, context.Message.Number), e => e.ConcurrentMessageLimit = 1);

        await host.SendAsync("poison", new Numbered(1));
        await broker.SendRawAsync(host, "poison", "{ this is no JSON", "application/vnd.masstransit+json");
        await host.SendAsync("poison", new Numbered(2));

        await Until.TrueAsync(() => handled.Count == 2 && !errors.All.IsEmpty);
        var error = errors.All.ShouldHaveSingleItem();
        error.Body.ShouldBe("{ this is no JSON");
        error.Headers.GetValueOrDefault(MessageHeaders.Reason).ShouldBe("fault");
        error.Headers.GetValueOrDefault(MessageHeaders.FaultMessage).ShouldNotBeNullOrEmpty();
    }

    [Fact]
    public async Task Should_set_a_message_of_an_unknown_type_aside_as_skipped()
    {
        var host = await StartHostAsync();
        var skipped = await host.WatchAsync("typed_skipped");
        await host.ServeAsync<Numbered>("typed", _ => Task.CompletedTask);

        await host.SendAsync("typed", new Question("Who?"));

        await Until.TrueAsync(() => !skipped.All.IsEmpty);
        skipped.All.ShouldHaveSingleItem().Body.ShouldContain("Who?");
    }

    [Fact]
    public async Task Should_count_redeliveries_and_end_them()
    {
        Needs(Capability.Delay);
        var host = await StartHostAsync();
        var errors = await host.WatchAsync("redelivered_error");
        var counts = new ConcurrentQueue<int>();
        await host.ServeAsync<Numbered>(
            "redelivered",
            context =>
            {
                counts.Enqueue(context.GetRedeliveryCount());
                throw new InvalidOperationException("Again.");
            },
            e => e.UseDelayedRedelivery(r => r.Intervals(100, 200)));

        await host.SendAsync("redelivered", new Numbered(1));

        await Until.TrueAsync(() => !errors.All.IsEmpty);
        counts.Distinct().ShouldBe([0, 1, 2]);
    }

    // capability 157
    [Fact]
    public async Task Should_come_up_without_its_broker_say_so_and_connect_when_it_comes()
    {
        Needs(Capability.Outage);
        var host = await StartHostAsync(broker.UnreachableSettings);

        host.Log.All.ShouldContain(line => line.StartsWith("Error: The bus is not ready", StringComparison.Ordinal) && line.Contains(broker.UnreachableAddress, StringComparison.Ordinal));
        host.Bus.CheckHealth().Status.ShouldNotBe(BusHealthStatus.Healthy);

        await broker.ConnectAsync();
        await Until.TrueAsync(() => host.Bus.CheckHealth().Status == BusHealthStatus.Healthy);
        var handled = new ConcurrentBag<int>();
        await host.ServeAsync<Numbered>("late", context => Keep(handled, context.Message.Number));
        await host.SendAsync("late", new Numbered(1));
        await Until.TrueAsync(() => !handled.IsEmpty);
    }
}
