using Flow.Sqlite;

namespace Flow.Transports.Sqlite;

/// <summary>
/// Held by the one process that has the queues of a file open: a lock on a file beside it (<c>flow.db-owner</c>), which the operating system takes back
/// however the process ends.
/// </summary>
internal sealed class SoleOwner : IDisposable
{
    private readonly FileStream _lock;

    private SoleOwner(FileStream fileLock) => _lock = fileLock;

    /// <summary>Null when another process has it.</summary>
    public static SoleOwner? TryBecome(SqliteFile file)
    {
        try
        {
            return new SoleOwner(new FileStream(file.Path + "-owner", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (IOException)
        {
            return null;
        }
    }

    public void Dispose() => _lock.Dispose();
}
