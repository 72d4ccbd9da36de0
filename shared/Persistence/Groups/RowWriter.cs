using Npgsql;

namespace Flow.Persistence;

/// <summary>Gathers the rows of many messages into few statements: one for each table and kind of change, however many rows.</summary>
internal sealed class RowWriter
{
    private readonly Dictionary<RowMap, List<object?[]>> _inserts = [];
    private readonly Dictionary<(RowMap Map, string Sql), (IReadOnlyList<RowColumn> Columns, List<object?[]> Rows)> _updates = [];
    private readonly Dictionary<RowMap, List<object?[]>> _deletes = [];

    /// <summary>Adds a row of <see cref="RowMap.Inserted"/> values.</summary>
    public void Insert(RowMap map, object?[] values) => Rows(_inserts, map).Add(values);

    public void Insert(RowMap map, object entity) => Insert(map, [.. map.Inserted.Select(column => column.Get(entity))]);

    public void Update(RowMap map, object entity, IReadOnlyList<RowColumn> columns)
    {
        var key = (map, map.Update(columns));
        if (!_updates.TryGetValue(key, out var update))
            _updates.Add(key, update = ([.. map.Keys, .. columns], []));
        update.Rows.Add([.. update.Columns.Select(column => column.Get(entity))]);
    }

    public void Delete(RowMap map, object entity) => Rows(_deletes, map).Add([.. map.Keys.Select(key => key.Get(entity))]);

    /// <summary>Moves what was gathered into the batch: inserts, updates, deletes.</summary>
    public void Flush(NpgsqlBatch batch)
    {
        foreach (var (map, rows) in _inserts)
            batch.BatchCommands.Add(Command(map.Insert, map.Inserted, rows));
        foreach (var ((_, sql), update) in _updates)
            batch.BatchCommands.Add(Command(sql, update.Columns, update.Rows));
        foreach (var (map, rows) in _deletes)
            batch.BatchCommands.Add(Command(map.Delete, map.Keys, rows));
        _inserts.Clear();
        _updates.Clear();
        _deletes.Clear();
    }

    public static NpgsqlBatchCommand Command(string sql, IReadOnlyList<RowColumn> columns, IReadOnlyList<object?[]> rows)
    {
        var command = new NpgsqlBatchCommand(sql);
        for (var i = 0; i < columns.Count; i++)
        {
            var at = i;
            command.Parameters.Add(new NpgsqlParameter { Value = columns[i].ToArray([.. rows.Select(row => row[at])]) });
        }

        return command;
    }

    /// <summary>A statement with its values in place, as <see cref="FormattableString"/> has them.</summary>
    public static NpgsqlBatchCommand Command(FormattableString statement)
    {
        var names = Enumerable.Range(1, statement.ArgumentCount).Select(n => (object)$"${n}").ToArray();
        var command = new NpgsqlBatchCommand(string.Format(System.Globalization.CultureInfo.InvariantCulture, statement.Format, names));
        foreach (var value in statement.GetArguments())
            command.Parameters.Add(new NpgsqlParameter { Value = value ?? DBNull.Value });
        return command;
    }

    private static List<object?[]> Rows(Dictionary<RowMap, List<object?[]>> all, RowMap map)
    {
        if (!all.TryGetValue(map, out var rows))
            all.Add(map, rows = []);
        return rows;
    }
}
