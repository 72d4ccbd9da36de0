using System.Buffers.Binary;
using System.Security.Cryptography;
using Flow.Orchestrator.Storage;
using Flow.Orchestrator.Timers;

namespace Flow.Orchestrator.Runs;

/// <summary>
/// The time limit of a run, TimeoutSeconds. It counts from the start, and from each redrive anew, with a timer of its own each time: one that is told late does not end
/// a run that was redriven meanwhile.
/// </summary>
internal static class RunLimit
{
    /// <summary>Sets the timer, if the run has a limit.</summary>
    public static Task SetAsync(IRunTransaction transaction, Run run, DateTimeOffset now) => run.TimeoutSeconds is { } seconds
        ? transaction.SetTimerAsync(new TimerRow
        {
            Token = Token(run),
            Kind = nameof(DueKind.RunTimeout),
            DueAt = now.AddSeconds(seconds),
            RunId = run.CorrelationId,
            ScopeId = run.CorrelationId,
        })
        : Task.CompletedTask;

    public static void Drop(IRunTransaction transaction, Run run)
    {
        if (run.TimeoutSeconds is not null)
            transaction.DropTimers(Token(run), DueKind.RunTimeout);
    }

    /// <summary>Whether the limit that a timer stood for is the one that holds now.</summary>
    public static bool IsReached(Run run, TimerFired fired) => fired.Token == Token(run);

    private static Guid Token(Run run)
    {
        if (run.Redrives == 0)
            return run.CorrelationId;
        Span<byte> bytes = stackalloc byte[20];
        run.CorrelationId.TryWriteBytes(bytes);
        BinaryPrimitives.WriteInt32LittleEndian(bytes[16..], run.Redrives);
        return new Guid(SHA256.HashData(bytes).AsSpan(0, 16));
    }
}
