using System.Collections.Frozen;
using Flow.Orchestrator.Records;
using Flow.Orchestrator.Storage;
using Flow.StatesLanguage;
using Flow.StatesLanguage.States;

namespace Flow.Orchestrator.Explaining;

/// <summary>An open scope with what the tables have of it and around it.</summary>
/// <param name="State">Its row.</param>
/// <param name="Scope">What the row's document says.</param>
/// <param name="Run">Its run's row; the scope's own, where it is the root.</param>
/// <param name="Definition">What it walks.</param>
internal sealed record Evidence(ScopeState State, Scope Scope, Run Run, Definition Definition)
{
    public IReadOnlyList<TimerRow> Timers { get; init; } = [];

    /// <summary>Children of the open group.</summary>
    public Tally Children { get; init; } = new(0, 0, 0);

    /// <summary>The run that the outstanding attempt started.</summary>
    public Run? ChildRun { get; init; }

    /// <summary>The worker that said it is at the outstanding attempt.</summary>
    public Handling? Handling { get; init; }

    /// <summary>All queues that are paused.</summary>
    public IReadOnlyDictionary<string, PausedQueue> PausedQueues { get; init; } = FrozenDictionary<string, PausedQueue>.Empty;

    /// <summary>The rest of the handler that the outstanding attempt waits for.</summary>
    public Rest? Rest { get; init; }

    /// <summary>The items that the Map asked for are there.</summary>
    public bool AreItemsRead { get; init; }

    public Situation Situation => Scope.SituationIn(Definition);

    /// <summary>What the outstanding attempt is addressed to.</summary>
    public Resource? AttemptedResource => (Definition.Machine(Scope.Machine)[Scope.Node!] as TaskState)?.Target.For(Scope.TaskInput);
}

/// <summary>Children of a group by how they stand.</summary>
internal sealed record Tally(int HeldBack, int Open, int Closed);
