namespace Flow.Orchestrator.Storage;

/// <summary>
/// Fills the columns by which rows of the history are found, for rows that were written before there were any. Of a row that tells of several nodes the last one is found; that a failure was
/// permanent was not written.
/// </summary>
internal static class HistoryBackfill
{
    public const string Postgres = """
        UPDATE history AS h SET
          node_left = (SELECT e ->> 'node' FROM json_array_elements(h.events) WITH ORDINALITY AS x (e, n) WHERE e ->> 'type' LIKE '%StateExited' ORDER BY n DESC LIMIT 1),
          failure = (SELECT 'Handled' FROM json_array_elements(h.events) AS e WHERE e ->> 'token' IS NOT NULL AND (e ->> 'type' LIKE '%Failed' OR e ->> 'type' LIKE '%TimedOut') LIMIT 1);
        """;

    public const string Sqlite = """
        UPDATE history SET
          node_left = (SELECT value ->> 'node' FROM json_each(events) WHERE value ->> 'type' LIKE '%StateExited' ORDER BY key DESC LIMIT 1),
          failure = (SELECT 'Handled' FROM json_each(events) WHERE value ->> 'token' IS NOT NULL AND (value ->> 'type' LIKE '%Failed' OR value ->> 'type' LIKE '%TimedOut') LIMIT 1);
        """;
}
