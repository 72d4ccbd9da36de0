using System.ComponentModel.DataAnnotations;

namespace Flow.Orchestrator.Retention;

/// <summary>What becomes of a run whose time is over.</summary>
public enum RetentionAction
{
    /// <summary>It is deleted.</summary>
    Delete,

    /// <summary>It is written into the storage of <c>Flow:Storage</c>, as one object, and deleted then.</summary>
    Archive,
}

/// <summary>Settings <c>Flow:Orchestrator:Retention:*</c>.</summary>
public sealed class RetentionOptions : IValidatableObject
{
    /// <summary>How long ended runs are kept, in days; parts of a day count. Default 0: for ever. Up to 36,500.</summary>
    [Range(0, 36_500)]
    public double KeepDays { get; set; }

    /// <summary>What becomes of them then. Default <see cref="RetentionAction.Delete"/>.</summary>
    public RetentionAction Action { get; set; }

    /// <summary>Bucket (a folder, for the storage kind Directory) of the archive; needed for <see cref="RetentionAction.Archive"/>. The key is <c>runs/YYYY/MM/DD/RUN.json</c>, by the day it ended.</summary>
    public string? ArchiveBucket { get; set; }

    /// <summary>How often ended runs are looked through, in seconds. Default 60; from 1 to 86,400.</summary>
    [Range(1, 86_400)]
    public int IntervalSeconds { get; set; } = 60;

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Action == RetentionAction.Archive && string.IsNullOrWhiteSpace(ArchiveBucket))
            yield return new ValidationResult("Flow:Orchestrator:Retention:Action is Archive, so Flow:Orchestrator:Retention:ArchiveBucket must name a bucket.", [nameof(ArchiveBucket)]);
    }
}
