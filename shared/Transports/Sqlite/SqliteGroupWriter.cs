using System.Threading.Channels;
using Flow.Sqlite;

namespace Flow.Transports.Sqlite;

/// <summary>
/// Writes to the file in groups: while one transaction commits, which is the slow part, the next forms. A write that fails leaves no trace and fails alone.
/// </summary>
internal sealed class SqliteGroupWriter : IAsyncDisposable
{
    private const int LargestGroup = 256;
    private const int LongestQueue = 4096;

    private readonly Channel<Write> _writes = Channel.CreateBounded<Write>(new BoundedChannelOptions(LongestQueue) { SingleReader = true });
    private readonly SqliteFile _file;
    private readonly SqliteSession _session;
    private readonly Task _loop;

    public SqliteGroupWriter(SqliteFile file)
    {
        _file = file;
        _session = new SqliteSession(file.Open());
        _loop = Task.Run(RunAsync);
    }

    /// <summary>Performs <paramref name="work"/> in a transaction; the task ends well when it is on disk.</summary>
    public async Task<T> WriteAsync<T>(Func<SqliteSession, T> work)
    {
        var write = new Write<T>(work);
        try
        {
            await _writes.Writer.WriteAsync(write);
        }
        catch (ChannelClosedException)
        {
            throw new ObjectDisposedException(_file.Path, "The queues of this file are closed.");
        }

        return await write.Done;
    }

    public async ValueTask DisposeAsync()
    {
        _writes.Writer.TryComplete();
        await _loop;
        _session.Dispose();
    }

    private async Task RunAsync()
    {
        var group = new List<Write>(LargestGroup);
        while (await _writes.Reader.WaitToReadAsync())
        {
            using (await _file.EnterWriteAsync())
            {
                while (group.Count < LargestGroup && _writes.Reader.TryRead(out var write))
                    group.Add(write);
                Commit(group);
            }

            group.Clear();
        }
    }

    private void Commit(List<Write> group)
    {
        try
        {
            InTransaction(group);
        }
        catch (Exception exception) when (group.Count == 1 || InfrastructureFault.IsTransient(exception))
        {
            // Alone, or the file itself is the trouble: no use in trying one by one.
            foreach (var write in group)
                write.Fail(exception);
            return;
        }
        catch (Exception)
        {
            // One of them is to blame: each alone finds out which.
            foreach (var write in group)
                Commit([write]);
            return;
        }

        foreach (var write in group)
            write.Succeed();
    }

    private void InTransaction(List<Write> group)
    {
        _session.Execute("BEGIN IMMEDIATE");
        try
        {
            foreach (var write in group)
                write.Apply(_session);
            _session.Execute("COMMIT");
        }
        catch
        {
            try
            {
                _session.Execute("ROLLBACK");
            }
            catch (Microsoft.Data.Sqlite.SqliteException)
            {
                // SQLite has rolled back by itself, as it does on a full disk; the first exception is the one to tell.
            }

            throw;
        }
    }

    private abstract class Write
    {
        public abstract void Apply(SqliteSession session);

        public abstract void Succeed();

        public abstract void Fail(Exception exception);
    }

    private sealed class Write<T>(Func<SqliteSession, T> work) : Write
    {
        private readonly TaskCompletionSource<T> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private T? _result;

        public Task<T> Done => _done.Task;

        public override void Apply(SqliteSession session) => _result = work(session);

        public override void Succeed() => _done.SetResult(_result!);

        public override void Fail(Exception exception) => _done.SetException(exception);
    }
}
