using Flow.Contracts;

namespace Flow.Transports;

/// <summary>
/// A number of places that work items enter, by turns of their lanes. A queue delivers an item of a lane only when an earlier one is done, so where each lane has few deliveries the one that is due
/// would often be empty when a place falls free: the last free place is kept for a moment for a lane whose items have been following one another.
/// </summary>
/// <param name="places">How many places there are.</param>
/// <param name="rules">Whose turn it is.</param>
/// <param name="time">The clock.</param>
public sealed class LaneTurns(int places, LaneRules rules, TimeProvider time)
{
    /// <summary>Longest gap between the end of an item and the next one of its lane that follows it.</summary>
    private static readonly TimeSpan Gap = TimeSpan.FromMilliseconds(150);

    private readonly Lock _lock = new();
    private readonly Lane[] _lanes = [new(rules.Critical), new(rules.Default), new(rules.Low)];
    private int _free = places;
    private bool _isKept;

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
            lane.IsFollowed = HasJustLeft(lane);
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
            _free++;
            if (bringsNext)
                LaneOf(priority).LeftAt = time.GetTimestamp();
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

    private void Give()
    {
        while (_free > 0 && Array.Exists(_lanes, HasItem))
        {
            Predicate<Lane> among = IsInUse;
            var next = Next(among);
            if (!HasItem(next))
            {
                if (_free == 1)
                {
                    KeepFor(next);
                    return;
                }

                among = HasItem;
                next = Next(among);
            }

            Charge(next, among);
            _free--;
            var turn = next.Waiting.First!;
            next.Waiting.Remove(turn);
            turn.Value.SetResult();
        }
    }

    private static bool HasItem(Lane lane) => lane.Waiting.Count > 0;

    private bool IsInUse(Lane lane) => HasItem(lane) || (lane.IsFollowed && HasJustLeft(lane));

    private bool HasJustLeft(Lane lane) => lane.LeftAt is { } at && time.GetElapsedTime(at) < Gap;

    /// <summary>The lane whose turn it is: the one with most credit, the more urgent one of two alike.</summary>
    private Lane Next(Predicate<Lane> among)
    {
        var lanes = _lanes.Where(lane => among(lane));
        return rules.Order == LaneOrder.Strict ? lanes.First() : lanes.MaxBy(lane => lane.Credit + lane.Weight)!;
    }

    /// <summary>Every lane that competes earns its weight, and the one that is served pays for all: so turns are spread evenly.</summary>
    private void Charge(Lane served, Predicate<Lane> among)
    {
        foreach (var lane in _lanes.Where(lane => among(lane)))
        {
            lane.Credit += lane.Weight;
            served.Credit -= lane.Weight;
        }
    }

    private void KeepFor(Lane lane)
    {
        if (_isKept)
            return;
        _isKept = true;
        _ = EndAsync(Gap - time.GetElapsedTime(lane.LeftAt!.Value));

        async Task EndAsync(TimeSpan rest)
        {
            await Task.Delay(rest > TimeSpan.Zero ? rest : TimeSpan.Zero, time);
            lock (_lock)
            {
                _isKept = false;
                Give();
            }
        }
    }

    private sealed class Lane(int weight)
    {
        public int Weight => weight;

        public LinkedList<TaskCompletionSource> Waiting { get; } = new();

        public int Credit { get; set; }

        /// <summary>When the last item that brings another one left.</summary>
        public long? LeftAt { get; set; }

        /// <summary>Whether the last item to come came right after one had left.</summary>
        public bool IsFollowed { get; set; }
    }
}
