using System.Collections.Concurrent;
using Flow.Orchestrator.Runs;
using Flow.Orchestrator.Storage;
using Flow.Orchestrator.Tests.Hosts;
using Flow.Orchestrator.Timers;
using MassTransit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Flow.Orchestrator.Tests.Runs;

/// <summary>Several timer services on one PostgreSQL, with more timers overdue than a claim or a window takes.</summary>
public sealed class When_orchestrators_share_timers : IConsumeObserver
{
    private const int Overdue = 1_100;
    private readonly ConcurrentQueue<Guid> _fired = new();

    [Fact]
    public async Task Should_fire_each_timer_once()
    {
        await using var place = await ServerPlace.CreateAsync();
        await using var flow = await FlowHost.StartAsync(place.Settings, _ => { });
        using var observing = flow.Services.GetRequiredService<IBusControl>().ConnectConsumeObserver(this);
        await StoreAsync(flow);

        // Two more beside the host's own.
        await Task.WhenAll(FireAllAsync(flow), FireAllAsync(flow));

        await Eventually.HoldsAsync("every timer to be handled", () => _fired.Count >= Overdue);
        _fired.Count.ShouldBe(Overdue);
        _fired.Distinct().Count().ShouldBe(Overdue);
    }

    Task IConsumeObserver.PreConsume<T>(ConsumeContext<T> context) => Task.CompletedTask;

    Task IConsumeObserver.PostConsume<T>(ConsumeContext<T> context)
    {
        if (context.Message is TimerFired fired)
            _fired.Enqueue(fired.Token);
        return Task.CompletedTask;
    }

    Task IConsumeObserver.ConsumeFault<T>(ConsumeContext<T> context, Exception exception) => Task.CompletedTask;

    private static async Task StoreAsync(FlowHost flow)
    {
        await using var scope = flow.Services.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<OrchestratorDbContext>().Database.ExecuteSqlAsync($"""
            INSERT INTO timers (token, kind, due_at, run_id, scope_id)
            SELECT gen_random_uuid(), 'Wait', now() - i * interval '1 second', run, run FROM (SELECT i, gen_random_uuid() AS run FROM generate_series(1, {Overdue}) AS i) AS timer
            """);
    }

    private static async Task FireAllAsync(FlowHost flow)
    {
        using var service = ActivatorUtilities.CreateInstance<TimerService>(flow.Services);
        while (await service.FireAsync(TestContext.Current.CancellationToken) > 0)
        {
            // Until none is left for this one.
        }
    }
}
