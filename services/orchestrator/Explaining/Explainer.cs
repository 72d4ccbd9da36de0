using Flow.Contracts.Api;
using Flow.Orchestrator.Storage;
using Microsoft.EntityFrameworkCore;

namespace Flow.Orchestrator.Explaining;

/// <summary>Why a run stands where it stands.</summary>
internal sealed class Explainer(OrchestratorDbContext db, EvidenceReader reader)
{
    /// <summary>Most scopes looked at for one answer.</summary>
    private const int ScopeLimit = 1_000;

    private static readonly HoldReason[] Urgency =
    [
        HoldReason.Unexplained, HoldReason.Paused, HoldReason.Token, HoldReason.QueuePaused, HoldReason.RestingHandler, HoldReason.WorkItem, HoldReason.ChildRun, HoldReason.ReadingItems, HoldReason.WritingResults,
        HoldReason.RetryDelay, HoldReason.Wait, HoldReason.Scheduled, HoldReason.Moving, HoldReason.HeldBack, HoldReason.Children, HoldReason.Ended,
    ];

    /// <summary>The explanation; null: there is no such run.</summary>
    public async Task<RunExplanation?> ExplainAsync(Guid runId, CancellationToken cancellationToken)
    {
        if (await db.Runs.AsNoTracking().SingleOrDefaultAsync(r => r.CorrelationId == runId, cancellationToken) is not { } run)
            return null;
        var status = Enum.Parse<RunStatus>(run.CurrentState);
        if (run.EndedAt is not null)
            return new(runId, status, [Ended(run)]);
        var scopes = await db.Scopes.AsNoTracking().Where(s => s.RunId == runId && s.EndedAt == null).OrderBy(s => s.CorrelationId).Take(ScopeLimit + 1).ToListAsync(cancellationToken);
        var known = await db.Unexplained.AsNoTracking().Where(u => u.RunId == runId).ToDictionaryAsync(u => u.ScopeId, cancellationToken);
        var findings = (await reader.ReadAsync(db, [run, .. scopes.Take(ScopeLimit)], cancellationToken)).Select(evidence => (evidence.State, Finding: Classify(evidence, known))).ToList();
        var innermost = findings.Where(f => f.Finding.Reason != HoldReason.Children).ToList();
        return new(runId, status, Group(innermost.Count > 0 ? innermost : findings), scopes.Count <= ScopeLimit);
    }

    /// <summary>What the reconciler has seen standing still is not on its way.</summary>
    private static Finding Classify(Evidence evidence, Dictionary<Guid, UnexplainedRow> known)
    {
        var finding = Classifier.Of(evidence);
        return finding.Reason == HoldReason.Moving && known.TryGetValue(evidence.State.CorrelationId, out var row) && row.Sequence == evidence.State.Sequence
            ? finding with { Reason = HoldReason.Unexplained, Actor = HoldActor.Operator, Since = row.Since }
            : finding;
    }

    private static List<Hold> Group(IEnumerable<(ScopeState State, Finding Finding)> findings) => findings
        .GroupBy(f => (f.Finding.Reason, f.State.Node))
        .Select(group => new Hold
        {
            Reason = group.Key.Reason,
            Node = group.Key.Node,
            Scopes = group.Count(),
            Since = group.Min(f => f.Finding.Since),
            Until = group.Min(f => f.Finding.Until),
            Actor = group.First().Finding.Actor,
            Text = group.MinBy(f => f.Finding.Since).Finding.Text,
        })
        .OrderBy(hold => Array.IndexOf(Urgency, hold.Reason))
        .ThenBy(hold => hold.Since)
        .ToList();

    private static Hold Ended(Run run) => new()
    {
        Reason = HoldReason.Ended,
        Node = run.Node,
        Scopes = 1,
        Since = run.EndedAt,
        Actor = run.Output is null ? HoldActor.Operator : HoldActor.Flow,
        Text = run.Output is not null
            ? "The run succeeded."
            : $"The run is {run.CurrentState}{(run.Error is null ? "" : $" with {run.Error}")}{(run.Cause is null ? "" : $": {run.Cause}")} It goes on with 'flow redrive', or begins anew with 'flow rerun'.",
    };
}
