using System.ComponentModel.DataAnnotations;

namespace Flow.Monitor;

/// <summary>Settings of the monitor, section <c>Flow:Monitor</c>.</summary>
public sealed class MonitorOptions
{
    /// <summary>Section of the configuration.</summary>
    public const string Section = "Flow:Monitor";

    /// <summary>How often metrics are read from the tables and pages refresh themselves, in seconds, 1 to 60. Default: 2.</summary>
    [Range(1, 60)]
    public int RefreshSeconds { get; set; } = 2;

    /// <summary>How long an ended run and what belongs to it is kept, in days, 1 to 3650. Default: 30. Counters stay.</summary>
    [Range(1, 3650)]
    public int RetentionDays { get; set; } = 30;

    /// <summary>How long a worker that stopped or died is shown, in hours, 1 to 8760. Default: 24.</summary>
    [Range(1, 8760)]
    public int WorkerRetentionHours { get; set; } = 24;

    /// <summary>How long a dead letter is kept, from when it was stored, in days, 1 to 3650. Default: 90. What is removed is logged, counted and in the audit.</summary>
    [Range(1, 3650)]
    public int DeadLetterRetentionDays { get; set; } = 90;

    /// <summary>Most dead letters kept, 100 to 10,000,000. Default: 100,000. Of more, those that are replayed or archived are removed first, then the oldest; that is logged, counted and in the audit.</summary>
    [Range(100, 10_000_000)]
    public int MaxDeadLetters { get; set; } = 100_000;

    /// <summary>
    /// Queues of RabbitMQ or Amazon SQS, by their names without <c>_error</c> and <c>_skipped</c>, whose error and skipped queues become dead letters too: those of workers that publish no heartbeats, or of services of
    /// your own. Default: none; Flow's own queues and those of its workers need no mention.
    /// </summary>
    public IReadOnlyList<string> DeadLetterQueues { get; set; } = [];

    /// <summary>Most events written with one commit, 1 to 1000. Default: 250.</summary>
    [Range(1, 1000)]
    public int BatchSize { get; set; } = 250;

    /// <summary>Whether the monitor brings its own tables up to date when it starts; if not, it waits for <c>flow db migrate</c>. Default: true.</summary>
    public bool MigrateOnStart { get; set; } = true;
}
