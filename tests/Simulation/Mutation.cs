namespace Flow.Simulation.Tests;

/// <summary>What is broken on purpose, to see that the simulation notices.</summary>
internal enum Mutation
{
    None,

    /// <summary>A message is handled as often as it comes.</summary>
    NoInbox,

    /// <summary>What a transaction sends leaves before its commit.</summary>
    SendBeforeCommit,

    /// <summary>An answer counts whatever its token.</summary>
    NoFence,

    /// <summary>The end of a child gets lost.</summary>
    LoseChildEnd,

    /// <summary>The end of a child is told twice.</summary>
    TellChildEndTwice,

    /// <summary>A message that was committed is not sent again after a crash.</summary>
    NoSweeper,
}

/// <summary>Where a process dies while it handles a message.</summary>
internal enum CrashPoint
{
    None,
    BeforeCommit,
    BeforeSend,
    BeforeDelete,
    BeforeAcknowledge,
}
