using System.Buffers;
using System.Text.Json;
using Flow.Orchestrator.ChildRuns;
using Flow.Orchestrator.Storage;
using Flow.StatesLanguage;
using MassTransit;

namespace Flow.Orchestrator.Runs;

/// <summary>The rows of a group of children: opened in bulk, started in slices, joined in order, cancelled as a whole.</summary>
internal sealed class ChildScopes(Lazy<Transition> transition, TimeProvider time)
{
    /// <summary>Most children started in one transaction; more are started by a message of their own.</summary>
    private const int StartsPerTransaction = 50;

    public async Task OpenAsync(Frame frame, Command.OpenScopes open, DateTimeOffset now)
    {
        var lineage = LineageOf(frame.State, open.Token);
        var rows = open.Scopes.Select(child => new RunScope
        {
            CorrelationId = NewId.NextSequentialGuid(),
            RunId = frame.State.RunId,
            ParentId = frame.State.CorrelationId,
            GroupToken = open.Token,
            Index = child.Index,
            Lineage = lineage,
            CurrentState = nameof(ScopeStatus.Pending),
            Redrives = frame.State.Redrives,
            StartedAt = now,
        }).ToList();
        for (var i = 0; i < rows.Count; i++)
            rows[i].Document = ScopeJson.Write(Scope(rows[i].CorrelationId, open.Scopes[i], open.Variables));
        frame.Transaction.Add(rows);
        var window = open.MaxConcurrency == 0 ? rows.Count : Math.Min(open.MaxConcurrency, rows.Count);
        foreach (var row in rows.Take(Math.Min(window, StartsPerTransaction)))
            await StartAsync(frame.Transaction, row, frame.Facts);
        await ReleaseLaterAsync(frame.Transaction, frame.State, open.Token, window - StartsPerTransaction);
    }

    /// <summary>Starts the next <paramref name="count"/> children of the group that have not begun.</summary>
    public async Task ReleaseAsync(IRunTransaction transaction, ScopeState state, Guid token, int count, RunFacts? facts = null)
    {
        var rows = await transaction.PendingChildrenAsync(state.CorrelationId, token, Math.Min(count, StartsPerTransaction));
        foreach (var row in rows)
        {
            row.Redrives = state.Redrives;
            await StartAsync(transaction, row, facts);
        }

        if (rows.Count == StartsPerTransaction)
            await ReleaseLaterAsync(transaction, state, token, count - StartsPerTransaction);
    }

    /// <summary>Reopens a group that failed or was cancelled, and starts those of its children that had not ended well.</summary>
    /// <returns>How many had ended well.</returns>
    public async Task<int> RedriveAsync(Frame frame, Command.RedriveScopes redrive)
    {
        var succeeded = await frame.Transaction.ReopenChildrenAsync(frame.State, redrive.Token, redrive.NewToken);
        var window = redrive.MaxConcurrency == 0 ? int.MaxValue : redrive.MaxConcurrency;
        await ReleaseAsync(frame.Transaction, frame.State, redrive.NewToken, window, frame.Facts);
        return succeeded;
    }

    public static string LineageOf(ScopeState state, Guid groupToken) => $"{state.Lineage}/{groupToken:N}";

    /// <summary>The outputs of a closed group as a JSON array in index order; null for a child that failed and was tolerated.</summary>
    public static async Task<JsonElement> OutputsAsync(Frame frame, Guid token)
    {
        var buffer = new ArrayBufferWriter<byte>();
        await using var writer = new Utf8JsonWriter(buffer);
        writer.WriteStartArray();
        await foreach (var output in frame.Transaction.OutputsAsync(frame.State.CorrelationId, token).WithCancellation(frame.Transaction.CancellationToken))
            writer.WriteRawValue(output ?? "null", skipInputValidation: true);
        writer.WriteEndArray();
        await writer.FlushAsync(frame.Transaction.CancellationToken);
        return JsonElement.Parse(buffer.WrittenSpan);
    }

    /// <summary>Closes the open children of a group, and theirs, as cancelled, drops their timers, and cancels the runs they wait for.</summary>
    public static async Task CancelAsync(IRunTransaction transaction, ScopeState state, Guid token, DateTimeOffset now)
    {
        var lineage = LineageOf(state, token);
        await transaction.CancelScopesAsync(state.RunId, lineage, now);
        await Family.CancelChildrenAsync(transaction, state.RunId, lineage);
    }

    public static Task TellParentAsync(IRunTransaction transaction, RunScope scope, bool succeeded) => transaction.SendToScopeAsync(
        scope.RunId,
        scope.ParentId,
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

    private Task StartAsync(IRunTransaction transaction, RunScope row, RunFacts? facts)
    {
        row.StartedAt = time.GetUtcNow();
        // One that has made a transition already was reopened.
        Signal signal = row.Sequence == 0 ? new Signal.Started() : new Signal.Redriven(ScopeJson.Read(row.Document).Redrives + 1);
        return transition.Value.RunAsync(transaction, row, signal, facts);
    }

    private static Task ReleaseLaterAsync(IRunTransaction transaction, ScopeState state, Guid token, int count) => count <= 0
        ? Task.CompletedTask
        : transaction.SendToScopeAsync(
            state.RunId,
            state.CorrelationId,
            new ReleaseScopes(state.RunId, state.CorrelationId, token, count));
}
