using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using Flow.Contracts.Api;

namespace Flow.Monitor.Tests.DeadLetters;

/// <summary>The monitor as a process of its own, ended amid a replay as a power cut ends it.</summary>
public sealed class KilledReplayTests
{
    private const int Letters = 30;

    // capability 113, capability 115
    [Fact]
    public async Task A_monitor_killed_amid_a_replay_replays_each_letter_and_none_twice_in_effect()
    {
        var (database, broker) = (await Servers.PostgresAsync(), await Servers.RabbitMqAsync());
        try
        {
            await using var bed = await FlowBed.StartAsync(database, broker);
            var runs = new List<RunDetails>();
            while (runs.Count < Letters)
                runs.Add(await bed.RunToEndAsync("order"));
            await bed.UntilAsync(new() { Status = DeadLetterStatus.Open }, Letters);
            bed.IsMended = true;
            await bed.StopMonitorAsync();

            var address = new Uri($"http://127.0.0.1:{Ports.Free()}");
            using var http = new HttpClient { BaseAddress = address };
            DeadLetterAct act;
            using (var first = Start(database, broker, address))
            {
                await ReadyAsync(http);
                var answer = await http.PostAsJsonAsync("/v1/dead-letters/replay", new DeadLetterSelection { Filter = new() { Workflow = "order" }, PerSecond = 10 });
                answer.IsSuccessStatusCode.ShouldBeTrue(await answer.Content.ReadAsStringAsync());
                act = (await answer.Content.ReadFromJsonAsync<DeadLetterAct>())!;
                await MonitorApp.UntilAsync(() => CountAsync(bed, RunStatus.Succeeded), count => count >= 5);
                first.Kill();
                await first.WaitForExitAsync();
            }

            (await CountAsync(bed, RunStatus.Succeeded)).ShouldBeLessThan(Letters);
            using var second = Start(database, broker, address);
            await ReadyAsync(http);
            // One that was taken in hand and not sent is due again after 30 seconds.
            await MonitorApp.UntilAsync(() => CountAsync(bed, RunStatus.Succeeded), count => count >= Letters - 1);
            await MonitorApp.UntilAsync(async () => act = (await http.GetFromJsonAsync<DeadLetterAct>($"/v1/dead-letters/acts/{act.Id}"))!, a => a.Status != DeadLetterActStatus.Running);

            (act.Status, act.Outcome).ShouldBe((DeadLetterActStatus.Completed, $"{Letters} replayed"));
            foreach (var run in runs)
            {
                var events = (await bed.Orchestrator.GetHistoryAsync(run.Run.RunId)).Items.Select(e => e.Event.Type).ToList();
                events.Count(e => e == "ExecutionRedriven").ShouldBe(1);
                events.Count(e => e == "ExecutionSucceeded").ShouldBe(1);
            }

            second.Kill();
            await second.WaitForExitAsync();
        }
        finally
        {
            await Servers.DropRabbitMqAsync(broker);
            await Servers.DropAsync(database);
        }
    }

    private static Task<long> CountAsync(FlowBed bed, RunStatus status) => bed.Orchestrator.CountRunsAsync(new() { Workflow = "order", Status = status });

    private static Task ReadyAsync(HttpClient http) => MonitorApp.UntilAsync(
        async () =>
        {
            try
            {
                return (await http.GetAsync("/health/ready")).StatusCode;
            }
            catch (HttpRequestException)
            {
                return HttpStatusCode.ServiceUnavailable;
            }
        },
        status => status == HttpStatusCode.OK);

    private static Process Start(string database, string broker, Uri address)
    {
        var start = new ProcessStartInfo("dotnet", [typeof(MonitorOptions).Assembly.Location]) { UseShellExecute = false, RedirectStandardOutput = true };
        start.Environment["ConnectionStrings__Flow"] = database;
        start.Environment["ConnectionStrings__RabbitMq"] = broker;
        start.Environment["Flow__Transport"] = "RabbitMq";
        start.Environment["ASPNETCORE_URLS"] = address.ToString();
        var process = Process.Start(start)!;
        process.OutputDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        return process;
    }
}
