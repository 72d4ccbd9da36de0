using System.Text.Json;

namespace Flow.StatesLanguage.Interpreting;

/// <summary>
/// Who has the attempt outstanding: signs of life, and leases. A lease is Flow's own, for attempts that take longer than a broker waits for an acknowledgement; the language
/// knows none. A timer that was on its way when it was put off comes early, and is started again.
/// </summary>
internal static class Holding
{
    /// <summary>Most workers that an attempt may lose. With one more it fails: it may be what ends them.</summary>
    public const int MostLost = 3;

    private const string LostError = "Flow.WorkerLost";

    /// <summary>Starts the time within which the first heartbeat is due.</summary>
    public static void Begin(Walk walk)
    {
        if (walk.Scope.HeartbeatSeconds is not { } seconds)
            return;
        var due = walk.Now.AddSeconds(seconds);
        walk.Scope = walk.Scope with { Vitals = Known(walk) with { AliveUntil = due } };
        Attempting.StartTimer(walk, TimerKind.Heartbeat, due);
    }

    /// <summary>A sign of life: the heartbeat's timer starts anew.</summary>
    public static Move? Heard(Walk walk, JsonElement? progress)
    {
        walk.Scope = walk.Scope with { Vitals = Known(walk) with { HeardAt = walk.Now, Progress = progress ?? Known(walk).Progress } };
        Begin(walk);
        return null;
    }

    public static Move? Silent(Walk walk) => walk.Scope.Vitals?.AliveUntil is { } due && walk.Now < due
        ? Attempting.StartTimer(walk, TimerKind.Heartbeat, due)
        : Attempting.TimedOut(walk, ofHeartbeat: true);

    public static Move? Leased(Walk walk, Signal.TaskLeased lease)
    {
        var until = walk.Now.AddSeconds(lease.Seconds);
        walk.Scope = walk.Scope with { Vitals = Known(walk) with { HeardAt = walk.Now, LeasedUntil = until, WorkerId = lease.WorkerId } };
        return Attempting.StartTimer(walk, TimerKind.Lease, until);
    }

    public static Move? Released(Walk walk, bool isHeld)
    {
        if (!isHeld)
            return Attempting.HandOutAnew(walk, "Returned");
        walk.Scope = walk.Scope with { Vitals = Known(walk) with { LeasedUntil = null } };
        walk.Issue(new Command.CancelTimers(walk.Scope.Token!.Value, TimerKind.Lease));
        return null;
    }

    /// <summary>The lease has run out.</summary>
    public static Move? Lost(Walk walk)
    {
        var vitals = Known(walk);
        if (vitals.LeasedUntil is { } until && walk.Now < until)
            return Attempting.StartTimer(walk, TimerKind.Lease, until);
        if (vitals.LostWorkers == MostLost)
            return Attempting.Failed(walk, LostError, $"{MostLost + 1} workers, one after the other, took the attempt and were not heard from again within its lease; the last was {vitals.WorkerId ?? "unnamed"}.");
        walk.Scope = walk.Scope with { Vitals = vitals with { LostWorkers = vitals.LostWorkers + 1 } };
        return Attempting.HandOutAnew(walk, "Lost");
    }

    private static Vitals Known(Walk walk) => walk.Scope.Vitals ?? new();
}
