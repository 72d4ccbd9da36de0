using System.Text.Json;
using Flow.Contracts;

namespace Flow.Worker.Execution;

/// <summary>What became of an attempt.</summary>
internal abstract record Outcome(string Label)
{
    /// <summary>The node has its result.</summary>
    public sealed record Succeeded(JsonElement Output, IReadOnlyList<JournalEntry> Journal) : Outcome("succeeded");

    /// <summary>The attempt failed.</summary>
    public sealed record Failed(string Error, string? Cause, JsonElement? Details = null, string Label = "failed") : Outcome(Label)
    {
        /// <summary>Whether it says something of the handler, and not of the item alone.</summary>
        public bool IsHandlersFault { get; init; }
    }

    /// <summary>It was not the turn of the item's handler: the item goes to the end of its queue.</summary>
    public sealed record Deferred() : Outcome("deferred");

    /// <summary>Whoever holds the Token will complete it.</summary>
    public sealed record Held() : Outcome("held");

    /// <summary>The run is cancelled; nobody waits for an answer.</summary>
    public sealed record Dropped() : Outcome("dropped");

    /// <summary>The run is paused; the item goes back to the orchestrator, which hands it out anew when the run goes on.</summary>
    public sealed record Returned() : Outcome("returned");

    /// <summary>The item goes back to its queue for another worker.</summary>
    public sealed record HandedBack() : Outcome("handed_back");

    /// <summary>The handler is still at it.</summary>
    /// <param name="Flight">The item in its hands.</param>
    /// <param name="Ending">What comes of it; never fails.</param>
    public sealed record Unfinished(Flight Flight, Task<Outcome> Ending) : Outcome("unfinished");
}
