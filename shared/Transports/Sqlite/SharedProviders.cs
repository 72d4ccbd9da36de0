using Flow.Transports.Queues;

namespace Flow.Transports.Sqlite;

/// <summary>One provider a file and process, counted by its users.</summary>
internal static class SharedProviders
{
    private static readonly Lock Gate = new();
    private static readonly Dictionary<string, Shared> Open = new(StringComparer.Ordinal);

    public static QueueProviderUse Acquire(string path, Func<SqliteQueueProvider> open)
    {
        lock (Gate)
        {
            if (!Open.TryGetValue(path, out var shared))
                Open.Add(path, shared = new Shared(open()));
            shared.Users++;
            return new QueueProviderUse(shared.Provider, () => LeaveAsync(path, shared));
        }
    }

    private static async ValueTask LeaveAsync(string path, Shared shared)
    {
        lock (Gate)
        {
            if (--shared.Users > 0)
                return;
            Open.Remove(path);
        }

        await shared.Provider.DisposeAsync();
    }

    private sealed class Shared(SqliteQueueProvider provider)
    {
        public SqliteQueueProvider Provider { get; } = provider;

        public int Users { get; set; }
    }
}
