using System.Text.Json;
using Flow.StatesLanguage;

namespace Flow.Testing;

/// <summary>What a test may choose about its runs; see <see cref="WorkflowTest.With"/>.</summary>
public sealed record TestSettings
{
    /// <summary>Seed of all chance: tokens, UUIDs, random numbers, jitter. The same seed gives the same run. Default 1.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>When the run starts; <c>$$.Execution.StartTime</c>. Default 2030-01-01T00:00:00Z.</summary>
    public DateTimeOffset StartedAt { get; init; } = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Name of the run; <c>$$.Execution.Name</c>. Default <c>run</c>.</summary>
    public string RunName { get; init; } = "run";

    /// <summary>Name of the workflow; <c>$$.StateMachine.Name</c>. Default: the file's name up to its first dot, else <c>workflow</c>.</summary>
    public string Workflow { get; init; } = "workflow";

    /// <summary>Longest result of a task and output of a state, in bytes; more is States.DataLimitExceeded. Default 256 KiB.</summary>
    public int MaxPayloadBytes { get; init; } = Execution.DefaultMaxPayloadBytes;

    /// <summary>Most signals (answers, timers, ends of branches) a run may take, its child runs included: one that loops for ever fails the test. Default 100,000.</summary>
    public int MaxSteps { get; init; } = 100_000;

    /// <summary>How objects become JSON and payloads become objects. Default: as a worker does (<see cref="JsonSerializerOptions.Web"/>: camel case).</summary>
    public JsonSerializerOptions Json { get; init; } = JsonSerializerOptions.Web;
}
