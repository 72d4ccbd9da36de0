using System.Collections.Concurrent;

namespace Flow.Chaos.Tests;

/// <summary>Starts runs one after another until it is stopped, however many of the earlier ones are still open.</summary>
internal sealed class LoadGenerator : IAsyncDisposable
{
    private const int StartsAtOnce = 16;
    private static readonly TimeSpan AcceptLimit = TimeSpan.FromSeconds(90);

    private readonly Starter _starter;
    private readonly CancellationTokenSource _stop = new();
    private readonly CancellationTokenSource _giveUp = new();
    private readonly ConcurrentDictionary<Guid, int> _accepted = new();
    private readonly Task _loop;

    public LoadGenerator(Starter starter, double runsPerSecond)
    {
        _starter = starter;
        _loop = RunAsync(TimeSpan.FromSeconds(1 / runsPerSecond));
    }

    /// <summary>The accepted runs and the number that each was given.</summary>
    public IReadOnlyDictionary<Guid, int> Accepted => _accepted;

    /// <summary>Waits until so many more runs were accepted.</summary>
    public Task MoreAsync(int runs)
    {
        var goal = _accepted.Count + runs;
        return Waiting.UntilAsync($"{runs} more starts to be accepted", () => Task.FromResult(_accepted.Count), count => count >= goal, AcceptLimit);
    }

    /// <summary>Starts nothing more, and waits until the starts in hand are accepted.</summary>
    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        _giveUp.CancelAfter(AcceptLimit);
        await _loop;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _giveUp.CancelAsync();
        await _loop.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
        _giveUp.Dispose();
    }

    private async Task RunAsync(TimeSpan pace)
    {
        var starts = new List<Task>();
        using var timer = new PeriodicTimer(pace);
        try
        {
            for (var n = 0; await timer.WaitForNextTickAsync(_stop.Token); n++)
            {
                starts.RemoveAll(start => start.IsCompletedSuccessfully);
                if (starts.Count < StartsAtOnce)
                    starts.Add(StartAsync(n));
            }
        }
        catch (OperationCanceledException)
        {
            // Stopped.
        }

        await Task.WhenAll(starts);
    }

    private async Task StartAsync(int n)
    {
        var runId = Guid.CreateVersion7();
        await _starter.StartAsync(n, runId, _giveUp.Token);
        _accepted[runId] = n;
    }
}
