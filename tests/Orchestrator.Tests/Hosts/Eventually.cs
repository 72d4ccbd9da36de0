using System.Diagnostics;

namespace Flow.Orchestrator.Tests.Hosts;

/// <summary>Waiting for a condition.</summary>
internal static class Eventually
{
    public static Task HoldsAsync(string what, Func<bool> condition) => HoldsAsync(what, () => Task.FromResult(condition()));

    public static async Task HoldsAsync(string what, Func<Task<bool>> condition)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        var clock = Stopwatch.StartNew();
        while (!await condition())
        {
            if (clock.Elapsed > Patience.Limit)
                throw new TimeoutException($"Waited {Patience.Seconds} s for {what}.");
            await timer.WaitForNextTickAsync();
        }
    }
}
