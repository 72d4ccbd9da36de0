using Flow.Contracts;

namespace Flow.Transports;

/// <summary>
/// A number of places that work items enter, by turns of their lanes. A queue delivers an item of a lane only when an earlier one is done, so where each lane has few deliveries the one whose turn it is
/// would often be empty when a place falls free. So a lane whose items have been following one another takes its turn for the next of them, and the place is kept for it for a moment.
/// </summary>
/// <param name="places">How many places there are.</param>
/// <param name="rules">Whose turn it is.</param>
/// <param name="time">The clock.</param>
public sealed class LaneTurns(int places, LaneRules rules, TimeProvider time)
{
    private readonly TimeSpan _gap = TimeSpan.FromMilliseconds(rules.GapMilliseconds);
    private readonly Lock _lock = new();
    private readonly Lane[] _lanes = [new(rules.Critical), new(rules.Default), new(rules.Low)];
    private int _free = places;
    private bool _isWatched;

    /// <summary>Waits for a place.</summary>
    /// <exception cref="OperationCanceledException">The wait was cancelled; it has no place.</exception>
    public Task EnterAsync(Priority priority, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
            return Task.FromCanceled(cancellationToken);
        var lane = LaneOf(priority);
        var turn = new LinkedListNode<TaskCompletionSource>(new(TaskCreationOptions.RunContinuationsAsynchronously));
        lock (_lock)
        {
            EndLate();
            lane.IsFollowed |= lane.Left.TryDequeue(out _);
            if (lane.Kept > 0)
            {
                lane.Kept--;
                return Task.CompletedTask;
            }

            lane.Waiting.AddLast(turn);
            Give();
        }

        return turn.Value.Task.IsCompleted ? Task.CompletedTask : WaitAsync(lane, turn, cancellationToken);
    }

    /// <summary>Frees a place.</summary>
    /// <param name="priority">Of the item that had it.</param>
    /// <param name="bringsNext">Whether the queue now delivers another item in its stead, if there is one.</param>
    public void Leave(Priority priority, bool bringsNext = true)
    {
        lock (_lock)
        {
            EndLate();
            _free++;
            if (bringsNext)
                LaneOf(priority).Left.Enqueue(time.GetTimestamp());
            Give();
        }
    }

    private Lane LaneOf(Priority priority) => _lanes[priority switch
    {
        Priority.Critical => 0,
        Priority.Low => 2,
        _ => 1,
    }];

    private async Task WaitAsync(Lane lane, LinkedListNode<TaskCompletionSource> turn, CancellationToken cancellationToken)
    {
        await using (cancellationToken.Register(Withdraw))
            await turn.Value.Task;

        void Withdraw()
        {
            lock (_lock)
            {
                // Its turn may have come.
                if (turn.List is null)
                    return;
                lane.Waiting.Remove(turn);
            }

            turn.Value.SetCanceled(cancellationToken);
        }
    }

    /// <summary>Gives the places that are free, as long as anybody waits.</summary>
    private void Give()
    {
        while (_free > 0 && Array.Exists(_lanes, lane => lane.Waiting.Count > 0))
        {
            var lane = Next();
            _free--;
            if (lane.Waiting.First is { } turn)
            {
                lane.Waiting.Remove(turn);
                turn.Value.SetResult();
            }
            else
            {
                lane.Kept++;
                Watch();
            }
        }
    }

    /// <summary>
    /// The lane whose turn it is: the one with most credit, the more urgent one of two alike. Every lane that competes earns its weight, and the one that is served pays for all: so turns are spread evenly.
    /// </summary>
    private Lane Next()
    {
        var competing = Array.FindAll(_lanes, lane => lane.Waiting.Count > 0 || (lane.IsFollowed && lane.Left.Count > lane.Kept));
        if (rules.Order == LaneOrder.Strict)
            return competing[0];
        foreach (var lane in competing)
            lane.Credit += lane.Weight;
        var served = competing.MaxBy(lane => lane.Credit)!;
        served.Credit -= competing.Sum(lane => lane.Weight);
        return served;
    }

    /// <summary>Forgets the ends that none followed in time, and frees what was kept for that.</summary>
    private void EndLate()
    {
        foreach (var lane in _lanes)
        {
            while (lane.Left.TryPeek(out var at) && time.GetElapsedTime(at) >= _gap)
            {
                lane.Left.Dequeue();
                lane.IsFollowed = false;
            }

            _free += Math.Max(0, lane.Kept - lane.Left.Count);
            lane.Kept = Math.Min(lane.Kept, lane.Left.Count);
        }
    }

    /// <summary>Looks for late ones as long as a place is kept.</summary>
    private void Watch()
    {
        if (_isWatched)
            return;
        _isWatched = true;
        _ = WatchAsync();

        async Task WatchAsync()
        {
            await Task.Delay(_gap, time);
            lock (_lock)
            {
                _isWatched = false;
                EndLate();
                Give();
                if (Array.Exists(_lanes, lane => lane.Kept > 0))
                    Watch();
            }
        }
    }

    private sealed class Lane(int weight)
    {
        public int Weight => weight;

        public LinkedList<TaskCompletionSource> Waiting { get; } = new();

        public int Credit { get; set; }

        /// <summary>When items left whose successors have not come yet.</summary>
        public Queue<long> Left { get; } = new();

        /// <summary>Whether its items follow one another, as far as is known.</summary>
        public bool IsFollowed { get; set; } = true;

        /// <summary>Places that are kept for the successors.</summary>
        public int Kept { get; set; }
    }
}
