using System.Buffers;
using System.Text.Json;
using Flow.Orchestrator.ChildRuns;
using Flow.Orchestrator.Storage;
using Flow.StatesLanguage;
using MassTransit;

namespace Flow.Orchestrator.Runs;

/// <summary>
/// The rows of a group of children: made and started a slice at a time, joined in order, cancelled as a whole. However wide the group, its opening stores the first slice as rows and the
/// others packed, each a row of its own; a slice is unpacked when its turn comes. So no transaction has more rows of children in hand than a slice.
/// </summary>
/// <param name="transition">The transition that starts a child.</param>
/// <param name="time">The clock.</param>
/// <param name="sliceSize">Children in a slice, and most children started in one transaction; more are started by a message of their own.</param>
internal sealed class ChildScopes(Lazy<Transition> transition, TimeProvider time, int sliceSize = 50)
{
    /// <summary>Longest outputs of a group that are joined, in bytes of JSON: what a state may give on is far less, but it may choose from them.</summary>
    private const int MaxJoinedBytes = 16 * 1024 * 1024;

    public async Task OpenAsync(Frame frame, Command.OpenScopes open)
    {
        var (transaction, state) = (frame.Transaction, frame.State);
        var variables = open.Variables.ValueKind == JsonValueKind.Undefined ? null : open.Variables.GetRawText();
        var rows = Rows(state, open.Token, open.Scopes.Take(sliceSize), open.Variables);
        transaction.Add(rows);
        foreach (var slice in open.Scopes.Skip(sliceSize).Chunk(sliceSize))
        {
            transaction.Add(new HeldBackChildren
            {
                GroupToken = open.Token,
                FirstIndex = slice[0].Index,
                Count = slice.Length,
                RunId = state.RunId,
                ParentId = state.CorrelationId,
                Lineage = LineageOf(state, open.Token),
                Children = ScopeJson.WriteChildren(slice),
                Variables = variables,
            });
        }

        var window = open.MaxConcurrency == 0 ? open.Scopes.Count : Math.Min(open.MaxConcurrency, open.Scopes.Count);
        foreach (var row in rows.Take(window))
            await StartAsync(transaction, row, frame.Facts);
        await ReleaseLaterAsync(transaction, state, open.Token, window - sliceSize);
    }

    /// <summary>Starts the next <paramref name="count"/> children of the group that have not begun.</summary>
    public async Task ReleaseAsync(IRunTransaction transaction, ScopeState state, Guid token, int count, RunFacts? facts = null)
    {
        var most = Math.Min(count, sliceSize);
        var rows = (await transaction.PendingChildrenAsync(state.CorrelationId, token, most)).ToList();
        var slice = rows.Count < most ? await transaction.TakeHeldBackAsync(token) : null;
        if (slice is not null)
        {
            var unpacked = Rows(state, token, ScopeJson.ReadChildren(slice.Children), slice.Variables is null ? default : JsonElement.Parse(slice.Variables));
            transaction.Add(unpacked);
            rows.AddRange(unpacked.Take(most - rows.Count));
        }

        foreach (var row in rows)
        {
            row.Redrives = state.Redrives;
            await StartAsync(transaction, row, facts);
        }

        if (rows.Count == most || slice is not null)
            await ReleaseLaterAsync(transaction, state, token, count - rows.Count);
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

    /// <summary>The outputs of a closed group as a JSON array in index order, null for a child that failed and was tolerated; undefined when they are too long to be joined.</summary>
    public static async Task<JsonElement> OutputsAsync(Frame frame, Guid token)
    {
        var buffer = new ArrayBufferWriter<byte>();
        await using var writer = new Utf8JsonWriter(buffer);
        writer.WriteStartArray();
        await foreach (var output in frame.Transaction.OutputsAsync(frame.State.CorrelationId, token).WithCancellation(frame.Transaction.CancellationToken))
        {
            writer.WriteRawValue(output ?? "null", skipInputValidation: true);
            if (writer.BytesCommitted + writer.BytesPending > MaxJoinedBytes)
                return default;
        }

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

    private List<RunScope> Rows(ScopeState parent, Guid token, IEnumerable<ChildScope> children, JsonElement variables)
    {
        var (lineage, now) = (LineageOf(parent, token), time.GetUtcNow());
        return [.. children.Select(child =>
        {
            var id = NewId.NextSequentialGuid();
            return new RunScope
            {
                CorrelationId = id,
                RunId = parent.RunId,
                ParentId = parent.CorrelationId,
                GroupToken = token,
                Index = child.Index,
                Lineage = lineage,
                CurrentState = nameof(ScopeStatus.Pending),
                Document = ScopeJson.Write(Scope(id, child, variables)),
                Redrives = parent.Redrives,
                StartedAt = now,
            };
        })];
    }

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
