using System.Globalization;
using Flow.Contracts.Api;

namespace Flow.Client;

/// <summary>Which runs to list. Everything left null does not narrow the list.</summary>
public sealed record RunFilter
{
    /// <summary>Only runs of this workflow.</summary>
    public string? Workflow { get; init; }

    /// <summary>Only runs that stand so.</summary>
    public RunStatus? Status { get; init; }

    /// <summary>Only runs with this name.</summary>
    public string? Name { get; init; }

    /// <summary>Only runs started at or after this moment.</summary>
    public DateTimeOffset? StartedAfter { get; init; }

    /// <summary>Only runs started before this moment.</summary>
    public DateTimeOffset? StartedBefore { get; init; }

    /// <summary>Most items a page; null: the server's default.</summary>
    public int? Limit { get; init; }

    /// <summary><see cref="Page{T}.Next"/> of the page before; null: the first page.</summary>
    public string? Cursor { get; init; }

    internal (string Name, string? Value)[] ToQuery() =>
    [
        ("workflow", Workflow),
        ("status", Status?.ToString()),
        ("name", Name),
        ("startedAfter", StartedAfter?.ToString("O", CultureInfo.InvariantCulture)),
        ("startedBefore", StartedBefore?.ToString("O", CultureInfo.InvariantCulture)),
        ("limit", Limit?.ToString(CultureInfo.InvariantCulture)),
        ("cursor", Cursor),
    ];
}
