using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Flow.Persistence;

/// <summary>
/// Messages that share one transaction. One round trip notes them in the inbox and loads and locks the rows of their sagas; then each is handled, those for one saga after another;
/// one more round trip writes everything and commits. Who fails leaves no trace and disturbs nobody.
/// </summary>
internal sealed class CommitGroup(IReadOnlyList<GroupMember> members, IReadOnlyDictionary<Type, RowMap> sagas, RowMap inbox, RowMap outbox, DateTime now)
{
    private readonly Dictionary<SagaKey, object?[]?> _before = [];
    private readonly Dictionary<SagaKey, object?[]?> _after = [];
    private readonly List<List<MemberWork>> _rounds = [];
    private readonly List<GroupMember> _putBack = [];

    /// <summary>Members that were not started, for the next group.</summary>
    public IReadOnlyList<GroupMember> PutBack => _putBack;

    public async Task RunAsync(NpgsqlConnection connection)
    {
        var fresh = await LoadAsync(connection);
        try
        {
            foreach (var stale in members.Where(member => !fresh.Contains(member.Inbox)))
            {
                stale.Leave();
                stale.Start(new(false, null));
            }

            var begun = members.Where(member => fresh.Contains(member.Inbox)).ToList();
            await Task.WhenAll(begun.GroupBy(member => (object?)member.Saga ?? member).Select(chain => FollowAsync([.. chain])));
            var failed = new List<GroupMember>();
            foreach (var member in begun)
            {
                if (_putBack.Contains(member) || await member.HandedIn is null)
                    failed.Add(member);
            }

            if (failed.Count < begun.Count)
                await CommitAsync(connection, failed);
            foreach (var member in begun.Except(failed))
                member.Commit();
        }
        finally
        {
            // Nothing of the group may be under way any more when its sagas are free again.
            foreach (var member in members.Where(member => member.Started.IsCompleted))
                await member.HandedIn;
        }
    }

    private async Task<HashSet<(Guid, Guid)>> LoadAsync(NpgsqlConnection connection)
    {
        await using var batch = new NpgsqlBatch(connection);
        batch.BatchCommands.Add(new("BEGIN ISOLATION LEVEL READ COMMITTED"));
        // In one order, so that two processes that have the same messages do not wait for each other crosswise.
        var rows = members.OrderBy(m => m.Inbox).Select(m => new object?[] { m.Inbox.MessageId, m.Inbox.ConsumerId, now }).ToList();
        var note = RowWriter.Command(inbox.Insert + $" ON CONFLICT DO NOTHING RETURNING {inbox.Columns[0].Name}, {inbox.Columns[1].Name}", inbox.Inserted, rows);
        batch.BatchCommands.Add(note);
        var byType = members.Where(m => m.Saga is not null).Select(m => m.Saga!.Value).Distinct().GroupBy(key => key.Type).OrderBy(group => group.Key.Name, StringComparer.Ordinal).ToList();
        foreach (var type in byType)
            batch.BatchCommands.Add(new(sagas[type.Key].Lock) { Parameters = { new NpgsqlParameter { Value = type.Select(key => key.Id).ToArray() } } });

        await using var reader = await batch.ExecuteReaderAsync(CancellationToken.None);
        var fresh = new HashSet<(Guid, Guid)>();
        while (await reader.ReadAsync())
            fresh.Add((reader.GetGuid(0), reader.GetGuid(1)));
        foreach (var type in byType)
        {
            await reader.NextResultAsync();
            var map = sagas[type.Key];
            var key = map.Columns.ToList().IndexOf(map.Keys[0]);
            while (await reader.ReadAsync())
            {
                var values = map.Read(reader);
                _before[new(type.Key, (Guid)values[key]!)] = values;
            }
        }

        return fresh;
    }

    /// <summary>The messages for one saga, one after another: each sees what those before it have done.</summary>
    private async Task FollowAsync(List<GroupMember> chain)
    {
        var values = chain[0].Saga is { } key ? _before.GetValueOrDefault(key) : null;
        var hasPredecessors = false;
        for (var i = 0; i < chain.Count; i++)
        {
            chain[i].Start(new(true, values, hasPredecessors));
            var work = await chain[i].HandedIn;
            if (chain[i].IsDeferred)
            {
                lock (_rounds)
                    _putBack.AddRange(chain.Skip(i + 1));
                return;
            }

            if (work is null)
                continue;
            values = work.Values;
            hasPredecessors = true;
            lock (_rounds)
            {
                while (_rounds.Count <= i)
                    _rounds.Add([]);
                _rounds[i].Add(work);
                if (chain[i].Saga is { } changed)
                    _after[changed] = values;
            }
        }
    }

    private async Task CommitAsync(NpgsqlConnection connection, IReadOnlyList<GroupMember> failed)
    {
        await using var batch = new NpgsqlBatch(connection);
        var writer = new RowWriter();
        foreach (var member in failed)
            writer.Delete(inbox, new InboxEntry { MessageId = member.Inbox.MessageId, ConsumerId = member.Inbox.ConsumerId, Received = now });
        foreach (var work in _rounds.SelectMany(round => round).SelectMany(work => work.Outbox))
            writer.Insert(outbox, (object)work);
        foreach (var round in _rounds)
        {
            foreach (var change in round.SelectMany(work => work.Changes))
                Write(writer, change);
            // What one message defers comes before what the next one for the same saga writes.
            if (!round.Exists(work => work.Later.Count > 0))
                continue;
            writer.Flush(batch);
            foreach (var statement in round.SelectMany(work => work.Later))
                batch.BatchCommands.Add(RowWriter.Command(statement));
        }

        foreach (var (key, values) in _after)
            WriteSaga(writer, sagas[key.Type], _before.GetValueOrDefault(key), values);
        writer.Flush(batch);
        batch.BatchCommands.Add(new("COMMIT"));
        await batch.ExecuteNonQueryAsync(CancellationToken.None);
    }

    private static void Write(RowWriter writer, RowChange change)
    {
        if (change.IsDeleted)
            writer.Delete(change.Map, change.Entity);
        else if (change.Updated is { } columns)
            writer.Update(change.Map, change.Entity, columns);
        else
            writer.Insert(change.Map, change.Entity);
    }

    private static void WriteSaga(RowWriter writer, RowMap map, object?[]? before, object?[]? after)
    {
        if (before is null && after is not null)
            writer.Insert(map, map.New(after));
        else if (before is not null && after is null)
            writer.Delete(map, map.New(before));
        else if (before is not null && after is not null && map.Columns.Where((_, i) => !Equals(before[i], after[i])).ToList() is { Count: > 0 } changed)
            writer.Update(map, map.New(after), changed);
    }
}
