namespace Flow.Persistence;

/// <summary>
/// Lets the messages for one saga pass one after another, in order of arrival, before they take a connection: a hot saga queues in memory instead of in the
/// database.
/// </summary>
internal sealed class SagaTurns
{
    private readonly Dictionary<(Type Saga, Guid Id), Line> _lines = [];

    public async Task<IDisposable> EnterAsync(Type saga, Guid id, CancellationToken cancellationToken)
    {
        var key = (saga, id);
        Line? line;
        lock (_lines)
        {
            if (!_lines.TryGetValue(key, out line))
                _lines.Add(key, line = new Line());
            line.Length++;
        }

        try
        {
            await line.Door.WaitAsync(cancellationToken);
            return new Turn(this, key, line);
        }
        catch
        {
            Leave(key, line);
            throw;
        }
    }

    private void Leave((Type Saga, Guid Id) key, Line line)
    {
        lock (_lines)
        {
            if (--line.Length == 0)
                _lines.Remove(key);
        }
    }

    private sealed class Line
    {
        public SemaphoreSlim Door { get; } = new(1, 1);

        public int Length { get; set; }
    }

    private sealed class Turn(SagaTurns turns, (Type Saga, Guid Id) key, Line line) : IDisposable
    {
        private bool _left;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _left, true))
                return;
            line.Door.Release();
            turns.Leave(key, line);
        }
    }
}
