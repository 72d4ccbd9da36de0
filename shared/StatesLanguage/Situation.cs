using System.Text.Json;
using Flow.StatesLanguage.States;

namespace Flow.StatesLanguage;

/// <summary>Where a scope stands: what it waits for, and so what it can be told. The columns of the table at the head of <see cref="Interpreter"/>.</summary>
public enum Situation
{
    /// <summary>It has not begun.</summary>
    Pending,

    /// <summary>An attempt at a Task is with a worker, or with whoever holds its token.</summary>
    Attempt,

    /// <summary>The delay before the next attempt.</summary>
    Delay,

    /// <summary>A Wait.</summary>
    Wait,

    /// <summary>Children of a Map or Parallel are open.</summary>
    Group,

    /// <summary>All children have closed; their outputs are asked for. Lasts no longer than the transition.</summary>
    Joining,

    /// <summary>Items of a distributed Map are read.</summary>
    Reading,

    /// <summary>Results of a distributed Map are written.</summary>
    Writing,

    /// <summary>It has ended.</summary>
    Ended,
}

/// <summary>How to tell the situation of a scope.</summary>
public static class Situations
{
    /// <summary>The situation of a scope.</summary>
    /// <param name="scope">The scope.</param>
    /// <param name="definition">The definition it walks.</param>
    /// <exception cref="ArgumentException">The scope stands at a machine or node that the definition does not have.</exception>
    public static Situation SituationIn(this Scope scope, Definition definition)
    {
        ArgumentNullException.ThrowIfNull(scope);
        ArgumentNullException.ThrowIfNull(definition);
        return scope switch
        {
            { Status: ScopeStatus.Pending } => Situation.Pending,
            { Status: not ScopeStatus.Running } => Situation.Ended,
            { TaskInput.ValueKind: not JsonValueKind.Undefined } => Situation.Attempt,
            { MapStage: MapStage.Reading } => Situation.Reading,
            { MapStage: MapStage.Writing } => Situation.Writing,
            { Children: { } children } => children.Succeeded + children.Failed < children.Total ? Situation.Group : Situation.Joining,
            _ => definition.Machine(scope.Machine)[scope.Node!] is WaitState ? Situation.Wait : Situation.Delay,
        };
    }
}
