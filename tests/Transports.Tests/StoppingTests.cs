using MassTransit;
using Microsoft.Extensions.DependencyInjection;

namespace Flow.Transports.Tests;

public sealed class StoppingTests
{
    [Fact]
    public async Task Should_end_the_process_though_a_handler_never_does()
    {
        var entered = new TaskCompletionSource();
        var left = new TaskCompletionSource();
        var host = await TestHost.StartAsync(
            new Dictionary<string, string?> { ["Flow:Transport"] = "InMemory" },
            bus => bus.Configure<MassTransitHostOptions>(options => options.StopTimeout = TimeSpan.FromSeconds(1)));
        await host.ServeAsync<Nothing>("stuck", async _ =>
        {
            entered.SetResult();
            await left.Task;
        });
        await host.SendAsync("stuck", new Nothing());
        await entered.Task.WaitAsync(Patience.Limit);

        await host.DisposeAsync().AsTask().WaitAsync(Patience.Limit);

        left.Task.IsCompleted.ShouldBeFalse();
        host.Log.All.ShouldContain(line => line.StartsWith("Error: The bus did not stop", StringComparison.Ordinal), string.Join('\n', host.Log.All));
        left.SetResult();
    }
}
