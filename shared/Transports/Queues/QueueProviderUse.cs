namespace Flow.Transports.Queues;

/// <summary>The use one bus makes of a provider that others may use too; disposing ends this use only.</summary>
internal sealed class QueueProviderUse(IQueueProvider provider, Func<ValueTask> end) : IAsyncDisposable
{
    private int _ended;

    public IQueueProvider Provider { get; } = provider;

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _ended, 1) == 0)
            await end();
    }
}
