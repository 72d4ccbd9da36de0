using Flow.Contracts;

namespace Flow.Monitor.Tests;

/// <summary>Data that shows the pages in every state, with names and texts of the worst kind.</summary>
internal static class Gallery
{
    public const string Hostile = "<script>alert('run')</script>\"><img src=x onerror=alert(1)>";

    public static IEnumerable<object> Of(DateTimeOffset now)
    {
        for (var seed = 0; seed < 130; seed++)
        {
            foreach (var message in Sample.Run(seed, now.AddMinutes(-40)))
                yield return message;
        }

        for (var i = 0; i < 6; i++)
        {
            yield return Sample.Rejection(i == 0 ? Hostile : "unknown-" + i, now.AddMinutes(-i * 50));
            yield return Sample.DeadLetter(Guid.NewGuid(), now.AddMinutes(-i * 7)) with { Workflow = i == 1 ? Hostile : "digest", Cause = i == 2 ? new string('c', 4000) : "It broke three times." };
        }

        var item = new InFlightItem(Guid.NewGuid(), Guid.NewGuid(), "ExtractAudio", Guid.NewGuid(), 2, now.AddSeconds(-75));
        yield return Sample.Heartbeat("3f6c1e0a-worker", now, inFlight: [item, item with { Token = Guid.NewGuid(), Node = Hostile, Attempt = 1 }]);
        yield return Sample.Heartbeat("idle-worker", now);
        yield return Sample.Heartbeat("stopped-worker", now, stopping: true);
        yield return Sample.Heartbeat(Hostile, now) with { Host = new string('h', 120), Queues = [Hostile], Handlers = [.. Enumerable.Range(0, 40).Select(h => "handler-" + h)] };
    }

    /// <summary>Events and attempts of one run, with a branch.</summary>
    public static IEnumerable<object> EventsOf(Guid runId, DateTimeOffset now)
    {
        var told = Sample.Run(211, now.AddMinutes(-8)).Concat(Sample.Run(204, now.AddMinutes(-6)).OfType<RunAdvanced>());
        long sequence = 0;
        foreach (var message in told)
        {
            if (message is RunAdvanced advanced)
                yield return advanced with { RunId = runId, ScopeId = ++sequence % 4 == 0 ? Guid.NewGuid() : runId, Sequence = sequence, Workflow = Hostile };
            else if (message is NodeStarted started)
                yield return started with { RunId = runId, ScopeId = runId };
        }
    }
}
