using System.Text.Json;
using Flow.Contracts;

namespace Flow.Monitor.Tests;

/// <summary>Runs as the orchestrator and the workers would tell of them.</summary>
internal static class Sample
{
    public static readonly DateTimeOffset Epoch = new(2025, 1, 31, 12, 0, 0, TimeSpan.Zero);

    private static readonly JsonElement Nothing = JsonElement.Parse("{}");

    /// <summary>A run of several nodes, with retries, a branch and any of the endings; all of it follows from the seed.</summary>
    public static List<object> Run(int seed, DateTimeOffset? start = null)
    {
        var dice = new Random(seed);
        var run = new Guid(seed, 1, 2, [3, 4, 5, 6, 7, 8, 9, 10]);
        var workflow = "workflow-" + (seed % 3);
        var now = (start ?? Epoch).AddSeconds(seed);
        var started = now;
        var told = new List<object> { new RunStarted { RunId = run, Workflow = workflow, Version = 1, Name = "run " + seed, Timestamp = now, Trigger = Trigger.Event } };
        long sequence = 0;
        Tell(run, Event("ExecutionStarted"));
        foreach (var node in Enumerable.Range(1, 1 + dice.Next(3)).Select(n => "Node" + n))
        {
            Tell(run, Event("TaskStateEntered", node));
            for (var attempt = 1; attempt <= 1 + dice.Next(3); attempt++)
                Attempt(node, attempt, succeeds: dice.Next(3) > 0);
        }

        var branch = new Guid(seed, 2, 2, [3, 4, 5, 6, 7, 8, 9, 10]);
        told.Add(new RunAdvanced { RunId = run, ScopeId = branch, Workflow = workflow, Sequence = 1, Events = [Event("TaskStateEntered", "Branch")] });
        if (dice.Next(4) == 0)
        {
            told.Add(new RunPaused { RunId = run, Workflow = workflow, Version = 1, Timestamp = Later() });
            if (dice.Next(2) == 0)
                told.Add(new RunResumed { RunId = run, Workflow = workflow, Version = 1, Timestamp = Later() });
        }

        if (End(dice.Next(6)) is { } ending)
            told.Add(ending);
        return told;

        DateTimeOffset Later() => now = now.AddMilliseconds(1 + dice.Next(3000));
        HistoryEvent Event(string type, string? node = null, Guid? token = null, int? attempt = null, string? error = null) =>
            new() { Type = type, Node = node, Timestamp = Later(), Token = token, Attempt = attempt, Error = error };
        void Tell(Guid scope, params HistoryEvent[] events) => told.Add(new RunAdvanced { RunId = run, ScopeId = scope, Workflow = workflow, Sequence = ++sequence, Events = events });
        void Attempt(string node, int attempt, bool succeeds)
        {
            var token = new Guid(seed, (short)sequence, (short)attempt, [9, 9, 9, 9, 9, 9, 9, 9]);
            Tell(run, Event("TaskScheduled", node, token, attempt));
            told.Add(new NodeStarted { RunId = run, ScopeId = run, Token = token, Node = node, Attempt = attempt, WorkerId = "worker-" + (seed % 2), StartedAt = Later() });
            Tell(run, succeeds ? Event("TaskSucceeded", node, token, attempt) : Event("TaskFailed", node, token, attempt, "Sample.Failure"));
        }

        RunEvent? End(int kind) => kind switch
        {
            0 or 1 => new RunSucceeded { RunId = run, Workflow = workflow, Version = 1, Timestamp = Later(), StartedAt = started, Output = Nothing },
            2 => new RunFailed { RunId = run, Workflow = workflow, Version = 1, Timestamp = Later(), StartedAt = started, Error = "Sample.Failure", Cause = "It broke.", Node = "Node1" },
            3 => new RunCancelled { RunId = run, Workflow = workflow, Version = 1, Timestamp = Later(), StartedAt = started, Reason = "No longer needed" },
            4 => new RunTimedOut { RunId = run, Workflow = workflow, Version = 1, Timestamp = Later(), StartedAt = started },
            _ => null,
        };
    }

    public static WorkerHeartbeat Heartbeat(string worker, DateTimeOffset at, int intervalSeconds = 10, bool stopping = false, params InFlightItem[] inFlight) => new()
    {
        WorkerId = worker,
        Host = "host-of-" + worker,
        Version = "1.0.0",
        Queues = ["default", "video"],
        Handlers = ["echo", "extract-audio"],
        Concurrency = 8,
        InFlight = inFlight,
        StartedAt = at.AddHours(-1),
        Timestamp = at,
        IntervalSeconds = intervalSeconds,
        Stopping = stopping,
    };

    public static RunRejected Rejection(string workflow, DateTimeOffset at) =>
        new() { Workflow = workflow, Reason = "unknown-workflow", Message = $"No workflow '{workflow}' is registered. Register it with flow workflows register.", Timestamp = at };

    public static NodeDeadLettered DeadLetter(Guid token, DateTimeOffset at) => new()
    {
        RunId = Guid.Parse("11111111-1111-1111-1111-111111111111"),
        ScopeId = Guid.Parse("11111111-1111-1111-1111-111111111111"),
        Workflow = "workflow-0",
        Version = 1,
        Node = "Node1",
        Resource = "flow:echo",
        Token = token,
        Attempts = 3,
        Input = Nothing,
        Error = "Sample.Failure",
        Cause = "It broke three times.",
        Timestamp = at,
    };

    /// <summary>As a bus at its worst delivers: every message once or twice, in any order.</summary>
    public static List<object> Disorder(IEnumerable<object> told, int seed)
    {
        var dice = new Random(seed);
        var twice = told.SelectMany(message => dice.Next(3) == 0 ? new[] { message, message } : [message]).ToArray();
        dice.Shuffle(twice);
        return [.. twice];
    }
}
