using Flow.StatesLanguage;

namespace Flow.Testing;

/// <summary>An event of a run's history.</summary>
/// <param name="ScopeId">The scope it happened in: the run's own, a branch, or an iteration.</param>
/// <param name="Machine">The state machine that the scope walks: empty for the definition's own, else its JSON pointer.</param>
/// <param name="Event">What happened.</param>
/// <param name="TimeoutSeconds">Limit of the attempt that the event schedules.</param>
/// <param name="HeartbeatSeconds">Heartbeat limit of the attempt that the event schedules.</param>
/// <param name="At">When, on the virtual clock.</param>
public sealed record Happening(
    Guid ScopeId,
    string Machine,
    HistoryRecord Event,
    int? TimeoutSeconds = null,
    int? HeartbeatSeconds = null,
    DateTimeOffset At = default);
