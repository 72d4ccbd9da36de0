namespace Flow.Transports.Queues;

/// <summary>What a provider does at intervals for as long as it is open, the first time after one of them. The work handles its own failures.</summary>
internal sealed class Upkeep : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _loop;

    public Upkeep(TimeSpan interval, TimeProvider time, Func<CancellationToken, Task> work) => _loop = RunAsync(interval, time, work);

    /// <summary>Cancels work that is under way, and ends with it.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _loop;
        _stop.Dispose();
    }

    private async Task RunAsync(TimeSpan interval, TimeProvider time, Func<CancellationToken, Task> work)
    {
        using var timer = new PeriodicTimer(interval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(_stop.Token))
                await work(_stop.Token);
        }
        catch (OperationCanceledException)
        {
            // The provider closes.
        }
    }
}
