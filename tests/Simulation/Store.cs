using Flow.Orchestrator.Storage;
using Flow.StatesLanguage;

namespace Flow.Simulation.Tests;

/// <summary>A message on its way.</summary>
internal sealed record Envelope(Guid Id, string Endpoint, object Message);

/// <summary>What is committed.</summary>
internal sealed class Store
{
    public Table<Guid, Run> Runs { get; } = new();

    public Table<Guid, RunScope> Scopes { get; } = new();

    public Table<(Guid Token, string Kind), TimerRow> Timers { get; } = new();

    public Table<(Guid GroupToken, int FirstIndex), HeldBackChildren> HeldBack { get; } = new();

    public Table<long, HeldMessage> Held { get; } = new();

    public List<HistoryRow> History { get; } = [];

    public List<JournalRow> Journal { get; } = [];

    /// <summary>Messages consumed.</summary>
    public HashSet<(Guid, string)> Inbox { get; } = [];

    /// <summary>Messages committed and not known to have been sent.</summary>
    public List<Envelope> Outbox { get; } = [];

    /// <summary>Workflows by name and version.</summary>
    public Dictionary<(string, int), Definition> Workflows { get; } = [];

    public long NextId { get; set; } = 1;
}
