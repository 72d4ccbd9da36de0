using System.Buffers;
using System.Text.Json;
using Flow.Orchestrator.ChildRuns;
using Flow.Orchestrator.Storage;
using Flow.StatesLanguage;
using MassTransit;
using Microsoft.EntityFrameworkCore;

namespace Flow.Orchestrator.Runs;

/// <summary>The rows of a group of children: opened in bulk, started in slices, joined in order, cancelled as a whole.</summary>
internal sealed class ChildScopes(OrchestratorDbContext db, Lazy<Transition> transition, TimeProvider time)
{
    /// <summary>Most children started in one transaction; more are started by a message of their own.</summary>
    private const int StartsPerTransaction = 50;

    private const string Pending = nameof(ScopeStatus.Pending);
    private const string Running = nameof(ScopeStatus.Running);

    public async Task OpenAsync(Frame frame, Command.OpenScopes open, DateTimeOffset now)
    {
        var lineage = $"{frame.State.Lineage}/{open.Token:N}";
        var rows = open.Scopes.Select(child => new RunScope
        {
            CorrelationId = NewId.NextSequentialGuid(),
            RunId = frame.State.RunId,
            ParentId = frame.State.CorrelationId,
            GroupToken = open.Token,
            Index = child.Index,
            Lineage = lineage,
            CurrentState = Pending,
            StartedAt = now,
        }).ToList();
        for (var i = 0; i < rows.Count; i++)
            rows[i].Document = ScopeJson.Write(Scope(rows[i].CorrelationId, open.Scopes[i], open.Variables));
        db.Scopes.AddRange(rows);
        var window = open.MaxConcurrency == 0 ? rows.Count : Math.Min(open.MaxConcurrency, rows.Count);
        foreach (var row in rows.Take(Math.Min(window, StartsPerTransaction)))
            await StartAsync(frame.Context, row);
        await ReleaseLaterAsync(frame.Context, frame.State, open.Token, window - StartsPerTransaction);
    }

    /// <summary>Starts the next <paramref name="count"/> children of the group that have not begun.</summary>
    public async Task ReleaseAsync(ConsumeContext context, ScopeState state, Guid token, int count)
    {
        var parent = state.CorrelationId;
        var rows = await db.Scopes
            .Where(s => s.ParentId == parent && s.GroupToken == token && s.CurrentState == Pending)
            .OrderBy(s => s.Index)
            .Take(Math.Min(count, StartsPerTransaction))
            .ToListAsync(context.CancellationToken);
        foreach (var row in rows)
            await StartAsync(context, row);
        if (rows.Count == StartsPerTransaction)
            await ReleaseLaterAsync(context, state, token, count - StartsPerTransaction);
    }

    /// <summary>The outputs of a closed group as a JSON array in index order; null for a child that failed and was tolerated.</summary>
    public async Task<JsonElement> OutputsAsync(Frame frame, Guid token)
    {
        var parent = frame.State.CorrelationId;
        var outputs = db.Scopes.AsNoTracking()
            .Where(s => s.ParentId == parent && s.GroupToken == token)
            .OrderBy(s => s.Index)
            .Select(s => s.Output)
            .AsAsyncEnumerable();
        var buffer = new ArrayBufferWriter<byte>();
        await using var writer = new Utf8JsonWriter(buffer);
        writer.WriteStartArray();
        await foreach (var output in outputs.WithCancellation(frame.Context.CancellationToken))
            writer.WriteRawValue(output ?? "null", skipInputValidation: true);
        writer.WriteEndArray();
        await writer.FlushAsync(frame.Context.CancellationToken);
        return JsonElement.Parse(buffer.WrittenSpan);
    }

    /// <summary>Closes the open children of a group, and theirs, as cancelled, and drops their timers.</summary>
    public async Task CancelAsync(Frame frame, Guid token, DateTimeOffset now)
    {
        // Rows of this transaction that are still in memory must be where the statements below can see them.
        await db.SaveChangesAsync(frame.Context.CancellationToken);
        await CancelAsync(frame.Context, db, frame.State.RunId, $"{frame.State.Lineage}/{token:N}", now);
    }

    /// <summary>Closes all open scopes of a run under a lineage (empty: all of them) as cancelled, drops their timers, and cancels the runs they wait for.</summary>
    public static async Task CancelAsync(ConsumeContext context, OrchestratorDbContext db, Guid runId, string lineage, DateTimeOffset now)
    {
        var cancellationToken = context.CancellationToken;
        var scopes = db.Scopes.Where(s => s.RunId == runId && s.Lineage.StartsWith(lineage) && (s.CurrentState == Pending || s.CurrentState == Running));
        await db.Timers.Where(t => scopes.Any(s => s.CorrelationId == t.ScopeId)).ExecuteDeleteAsync(cancellationToken);
        await scopes.ExecuteUpdateAsync(
            set => set.SetProperty(s => s.CurrentState, nameof(ScopeStateMachine.Cancelled)).SetProperty(s => s.EndedAt, now),
            cancellationToken);
        await Family.CancelChildrenAsync(context, db, runId, db.Scopes.Where(s => s.RunId == runId && s.Lineage.StartsWith(lineage)).Select(s => s.CorrelationId));
    }

    public static Task TellParentAsync(ConsumeContext context, RunScope scope, bool succeeded) => context.Send(
        Endpoints.For(scope.RunId, scope.ParentId),
        new ScopeClosed
        {
            RunId = scope.RunId,
            ParentId = scope.ParentId,
            GroupToken = scope.GroupToken,
            Index = scope.Index,
            Succeeded = succeeded,
            Error = scope.Error,
            Cause = scope.Cause,
        });

    private static Scope Scope(Guid id, ChildScope child, JsonElement variables) => new()
    {
        Id = id,
        Machine = child.Machine,
        Index = child.Index,
        Input = child.Input,
        Variables = variables,
        MapItem = child.MapItem ?? default,
    };

    private Task StartAsync(ConsumeContext context, RunScope row)
    {
        row.StartedAt = time.GetUtcNow();
        return transition.Value.RunAsync(context, row, new Signal.Started());
    }

    private static Task ReleaseLaterAsync(ConsumeContext context, ScopeState state, Guid token, int count) => count <= 0
        ? Task.CompletedTask
        : context.Send(
            Endpoints.For(state.RunId, state.CorrelationId),
            new ReleaseScopes(state.RunId, state.CorrelationId, token, count));
}
