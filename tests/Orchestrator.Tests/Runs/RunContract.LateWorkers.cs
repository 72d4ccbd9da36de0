using Flow.Orchestrator.Tests.Hosts;
using Flow.Worker;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Flow.Orchestrator.Tests.Runs;

public abstract partial class RunContract
{
    private const string Late = """{"StartAt":"T","States":{"T":{"Type":"Task","Resource":"flow:late/work","End":true}}}""";

    // capabilities 37, 38, 39, 50
    [Fact]
    public async Task Should_begin_nothing_of_a_paused_or_cancelled_run_when_a_worker_comes_later()
    {
        await _flow.RegisterAsync("late", Late);
        var (paused, cancelled, wanted) = (await LateRunAsync("late-paused"), await LateRunAsync("late-cancelled"), await LateRunAsync("late-wanted"));
        await SteerAsync(paused, "pause");
        await SteerAsync(cancelled, "cancel");

        using var worker = await StartWorkerAsync("late");
        (await _flow.EndedAsync(wanted)).Run.Status.ShouldBe(RunStatus.Succeeded);
        await Eventually.HoldsAsync("the item of the paused run to be given back", async () => await HeldAsync(paused) == 1);

        _calls.ContainsKey("late-cancelled").ShouldBeFalse();
        _calls.ContainsKey("late-paused").ShouldBeFalse();
        await SteerAsync(paused, "resume");
        (await _flow.EndedAsync(paused)).Run.Status.ShouldBe(RunStatus.Succeeded);
        _calls["late-paused"].ShouldBe(1);
        await worker.StopAsync();
    }

    /// <summary>A run whose item waits in a queue.</summary>
    private async Task<Guid> LateRunAsync(string key)
    {
        var runId = await _flow.StartRunAsync("late", new { key });
        await Eventually.HoldsAsync("its item to be sent", async () => (await _flow.HistoryAsync(runId)).Any(e => e.Event.Type == "TaskScheduled"));
        return runId;
    }

    private async Task<IHost> StartWorkerAsync(string queue)
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Configuration.AddInMemoryCollection(_place.Settings);
        builder.AddFlowWorker(worker => worker.AddHandler<JsonElement, JsonElement>("work", WorkAsync, queue));
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        var host = builder.Build();
        await host.StartAsync();
        return host;
    }
}
