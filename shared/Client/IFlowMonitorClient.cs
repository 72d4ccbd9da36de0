using System.ComponentModel.DataAnnotations;
using Flow.Contracts.Api;

namespace Flow.Client;

/// <summary>Where the monitor is, and in whose name it is called.</summary>
public sealed class FlowMonitorClientOptions
{
    /// <summary>Address of the monitor, an absolute http or https URI. Default: <c>http://127.0.0.1:5081</c>, where that of <c>flow dev</c> listens.</summary>
    [Required]
    public Uri Address { get; set; } = new("http://127.0.0.1:5081");

    /// <summary>Who acts, for the audit: 1 to 100 characters that a header may hold. Default: the user of the process.</summary>
    [Required, StringLength(100)]
    public string RequestedBy { get; set; } = Environment.UserName;
}

/// <summary>
/// The HTTP API of Flow's monitor for dead letters. Every call throws <see cref="FlowApiException"/> when the monitor refuses it and <see cref="FlowUnreachableException"/> when no answer comes; every
/// call may safely be repeated. Get one from <c>services.AddFlowMonitorClient(…)</c>; it is safe for concurrent use.
/// </summary>
public interface IFlowMonitorClient
{
    /// <summary>Lists dead letters, the one that failed last first.</summary>
    /// <param name="filter">Which; null: all, however they stand.</param>
    /// <param name="limit">Most items a page, 1 to 500; null: 50.</param>
    /// <param name="cursor"><see cref="Page{T}.Next"/> of the page before; null: the first page.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    Task<Page<DeadLetter>> ListDeadLettersAsync(DeadLetterFilter? filter = null, int? limit = null, string? cursor = null, CancellationToken cancellationToken = default);

    /// <summary>A dead letter with its body, headers, stack, and what was done with it.</summary>
    Task<DeadLetterDetails> GetDeadLetterAsync(Guid id, CancellationToken cancellationToken = default);

    /// <summary>Replays one letter: its run goes on, or its message goes back to its queue. The answer is the act, which may still be under way.</summary>
    /// <param name="id">The letter.</param>
    /// <param name="edit">What to send instead; null: what it had.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    Task<DeadLetterAct> ReplayDeadLetterAsync(Guid id, ReplayDeadLetter? edit = null, CancellationToken cancellationToken = default);

    /// <summary>Replays several letters: the first alone, and the others once it has proved itself. The answer is the act, which may still be under way.</summary>
    Task<DeadLetterAct> ReplayDeadLettersAsync(DeadLetterSelection selection, CancellationToken cancellationToken = default);

    /// <summary>Puts letters away.</summary>
    Task<DeadLetterAct> ArchiveDeadLettersAsync(DeadLetterSelection selection, CancellationToken cancellationToken = default);

    /// <summary>Deletes letters; the audit keeps that they were.</summary>
    Task<DeadLetterAct> DeleteDeadLettersAsync(DeadLetterSelection selection, CancellationToken cancellationToken = default);

    /// <summary>The last acts on dead letters, newest first.</summary>
    Task<Page<DeadLetterAct>> ListDeadLetterActsAsync(CancellationToken cancellationToken = default);

    /// <summary>An act on dead letters, as it stands.</summary>
    Task<DeadLetterAct> GetDeadLetterActAsync(Guid id, CancellationToken cancellationToken = default);
}
