namespace Flow.Transports.Queues;

/// <summary>One provider a place (a file, a database) and process, counted by its users.</summary>
internal static class SharedProviders
{
    private static readonly Lock Gate = new();
    private static readonly Dictionary<string, Shared> Open = new(StringComparer.Ordinal);

    public static QueueProviderUse Acquire<TProvider>(string place, Func<TProvider> open)
        where TProvider : IQueueProvider, IAsyncDisposable
    {
        lock (Gate)
        {
            if (!Open.TryGetValue(place, out var shared))
            {
                var provider = open();
                Open.Add(place, shared = new Shared(provider, provider.DisposeAsync));
            }

            shared.Users++;
            return new QueueProviderUse(shared.Provider, () => LeaveAsync(place, shared));
        }
    }

    private static async ValueTask LeaveAsync(string place, Shared shared)
    {
        lock (Gate)
        {
            if (--shared.Users > 0)
                return;
            Open.Remove(place);
        }

        await shared.CloseAsync();
    }

    private sealed class Shared(IQueueProvider provider, Func<ValueTask> close)
    {
        public IQueueProvider Provider { get; } = provider;

        public int Users { get; set; }

        public ValueTask CloseAsync() => close();
    }
}
