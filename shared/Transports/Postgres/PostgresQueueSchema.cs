using Npgsql;

namespace Flow.Transports.Postgres;

/// <summary>
/// The tables of the queues and the statements on them. A message that is leased changes no column that an index has, so that its new version stays in its page and the old one is swept
/// away by whoever reads the page next; all clocks are the server's.
/// </summary>
internal sealed class PostgresQueueSchema(string schema)
{
    private const int AtOnce = 1000;
    private const string Tables = "'queues', 'bindings', 'messages'";

    /// <summary>Where queues with something new are told.</summary>
    public string Channel { get; } = schema;

    public string CreateQueue { get; } = $"""
        INSERT INTO "{schema}".queues (name, delivery_limit, delete_after_idle) VALUES ($1, $2, $3)
        ON CONFLICT (name) DO UPDATE SET delivery_limit = EXCLUDED.delivery_limit, delete_after_idle = EXCLUDED.delete_after_idle, touched_at = now()
        RETURNING id
        """;

    public string Bind { get; } = $"""
        INSERT INTO "{schema}".bindings (topic, destination, to_topic, routing_key) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING
        """;

    /// <summary>
    /// Stores many messages, in their order, each in its queue or in every queue that its topic reaches; answers with the destinations that reached a queue, and these queues.
    /// </summary>
    public string Store { get; } = $"""
        WITH RECURSIVE sent AS MATERIALIZED (
          SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) WITH ORDINALITY
            AS s (destination, is_topic, routing_key, partition_key, priority, delay, time_to_live, cancel_token, transport_id, content_type, transport_headers, body, position)),
        asked AS (SELECT DISTINCT destination, is_topic, routing_key FROM sent),
        reached (destination, routing_key, topic) AS (
          SELECT destination, routing_key, destination FROM asked WHERE is_topic
          UNION
          SELECT r.destination, r.routing_key, b.destination FROM reached r JOIN "{schema}".bindings b ON b.topic = r.topic
          WHERE b.to_topic AND (b.routing_key IS NULL OR b.routing_key = r.routing_key)),
        targets AS MATERIALIZED (
          SELECT a.destination, a.is_topic, a.routing_key, q.id AS queue_id FROM asked a JOIN "{schema}".queues q ON q.name = a.destination WHERE NOT a.is_topic
          UNION
          SELECT r.destination, true, r.routing_key, q.id FROM reached r JOIN "{schema}".bindings b ON b.topic = r.topic JOIN "{schema}".queues q ON q.name = b.destination
          WHERE NOT b.to_topic AND (b.routing_key IS NULL OR b.routing_key = r.routing_key)),
        stored AS (
          INSERT INTO "{schema}".messages (
            queue_id, priority, due_at, cancel_token, expires_at, transport_id, routing_key, partition_key, content_type, transport_headers, body)
          SELECT t.queue_id, s.priority, CASE WHEN s.delay > interval '0' THEN now() + s.delay END, s.cancel_token, now() + s.delay + s.time_to_live,
            s.transport_id, s.routing_key, s.partition_key, s.content_type, s.transport_headers, s.body
          FROM sent s JOIN targets t ON t.destination = s.destination AND t.is_topic = s.is_topic AND t.routing_key IS NOT DISTINCT FROM s.routing_key
          ORDER BY s.position)
        SELECT destination, is_topic, routing_key, queue_id FROM targets
        """;

    /// <summary>One notification for each queue, of a commit that waits for no disk: PostgreSQL lets one such transaction commit at a time.</summary>
    public string Notify { get; } = "SELECT set_config('synchronous_commit', 'off', true), pg_notify($1, payload) FROM unnest($2) AS payload";

    /// <summary>What was leased and is forgotten in a crash of the server comes again, so no claim waits for the disk.</summary>
    public string HasteForClaim { get; } = "SELECT set_config('synchronous_commit', 'off', true)";

    public string ReleaseDue { get; } = $"""
        UPDATE "{schema}".messages SET due_at = NULL WHERE id = ANY (ARRAY (
          SELECT id FROM "{schema}".messages WHERE queue_id = (SELECT id FROM "{schema}".queues WHERE name = $1) AND due_at <= now()
          ORDER BY due_at LIMIT {AtOnce} FOR UPDATE SKIP LOCKED))
        """;

    public string Claim { get; } = ClaimOf(schema, "", $"""
        SELECT id FROM "{schema}".messages WHERE queue_id = (SELECT id FROM "{schema}".queues WHERE name = $1) AND due_at IS NULL AND leased_until <= now()
        ORDER BY priority, id LIMIT $2 FOR UPDATE SKIP LOCKED
        """);

    /// <summary>Receivers that keep an order claim one after another, so that each sees what the one before it holds; none of them skips a row that is locked.</summary>
    public string TurnToClaim { get; } = $"SELECT pg_advisory_xact_lock(hashtext('flow order {schema}'), hashtext($1))";

    /// <summary>
    /// Of each key the oldest, unless one of the key is in hand; what was given back for later keeps its place, what was sent for later has none yet. Goes from key to key by the index, and looks for
    /// those without a key among the first in the queue.
    /// </summary>
    public string ClaimInOrder { get; } = ClaimOf(schema, ", in_hand = true", $"""
        WITH RECURSIVE queue AS MATERIALIZED (SELECT id FROM "{schema}".queues WHERE name = $1),
        keys (key) AS (
          SELECT min(partition_key) FROM "{schema}".messages WHERE queue_id = (SELECT id FROM queue) AND partition_key IS NOT NULL
          UNION ALL
          SELECT (SELECT min(m.partition_key) FROM "{schema}".messages m WHERE m.queue_id = (SELECT id FROM queue) AND m.partition_key > k.key) FROM keys k WHERE k.key IS NOT NULL)
        SELECT candidate.id FROM (
          SELECT head.id, head.priority FROM keys k
          CROSS JOIN LATERAL (
            SELECT * FROM "{schema}".messages m WHERE m.queue_id = (SELECT id FROM queue) AND m.partition_key = k.key AND (m.due_at IS NULL OR m.delivery_count > 0) ORDER BY m.id LIMIT 1) AS head
          WHERE head.due_at IS NULL AND head.leased_until <= now() AND NOT EXISTS (
            SELECT FROM "{schema}".messages m WHERE m.queue_id = (SELECT id FROM queue) AND m.partition_key = k.key AND m.in_hand AND m.leased_until > now())
          UNION ALL
          SELECT first.id, first.priority FROM (
            SELECT * FROM "{schema}".messages m WHERE m.queue_id = (SELECT id FROM queue) AND m.due_at IS NULL ORDER BY m.priority, m.id LIMIT {AtOnce}) AS first
          WHERE first.partition_key IS NULL AND first.leased_until <= now()) AS candidate
        ORDER BY candidate.priority, candidate.id LIMIT $2
        """);

    /// <summary>How long until something is due, and whether the queue is there.</summary>
    public string NextDue { get; } = $"""
        SELECT least(
          (SELECT min(due_at) FROM "{schema}".messages WHERE queue_id = $1 AND due_at IS NOT NULL),
          (SELECT min(leased_until) FROM (
            SELECT leased_until FROM "{schema}".messages WHERE queue_id = $1 AND due_at IS NULL ORDER BY priority, id LIMIT {AtOnce}) AS head)) - now(),
          EXISTS (SELECT FROM "{schema}".queues WHERE id = $1)
        """;

    public string Look { get; } = $"""
        SELECT q.name, ready.waiting + delayed.waiting, least(ready.oldest, delayed.oldest) FROM "{schema}".queues q
        CROSS JOIN LATERAL (SELECT count(*) AS waiting, min(sent_at) AS oldest FROM "{schema}".messages m WHERE m.queue_id = q.id AND due_at IS NULL AND leased_until <= now()) AS ready
        CROSS JOIN LATERAL (SELECT count(*) AS waiting, min(sent_at) AS oldest FROM "{schema}".messages m WHERE m.queue_id = q.id AND due_at IS NOT NULL) AS delayed
        WHERE q.name = ANY ($1)
        """;

    public string ListFilled { get; } = $"""
        SELECT name FROM "{schema}".queues q
        WHERE EXISTS (SELECT FROM "{schema}".messages m WHERE m.queue_id = q.id AND due_at IS NULL) OR EXISTS (SELECT FROM "{schema}".messages m WHERE m.queue_id = q.id AND due_at IS NOT NULL)
        ORDER BY name
        """;

    public string Acknowledge { get; } = $"""
        DELETE FROM "{schema}".messages m USING unnest($1, $2) AS done (id, lock_id) WHERE m.id = done.id AND m.lock_id = done.lock_id RETURNING m.id, m.lock_id
        """;

    public string Extend { get; } = $"""
        UPDATE "{schema}".messages SET leased_until = now() + $3 WHERE id = $1 AND lock_id = $2
        """;

    public string Release { get; } = $"""
        UPDATE "{schema}".messages SET lock_id = NULL, in_hand = false, leased_until = 'epoch', due_at = CASE WHEN $3 > interval '0' THEN now() + $3 END, transport_headers = $4
        WHERE id = $1 AND lock_id = $2 RETURNING queue_id
        """;

    public string ReleaseAll { get; } = $"""
        UPDATE "{schema}".messages m SET lock_id = NULL, in_hand = false, leased_until = 'epoch', delivery_count = delivery_count - 1
        FROM unnest($1, $2) AS held (id, lock_id) WHERE m.id = held.id AND m.lock_id = held.lock_id RETURNING m.queue_id
        """;

    public string Move { get; } = $"""
        WITH target AS (
          INSERT INTO "{schema}".queues (name, delivery_limit) VALUES ($3, {int.MaxValue}) ON CONFLICT (name) DO UPDATE SET touched_at = now() RETURNING id)
        UPDATE "{schema}".messages SET queue_id = (SELECT id FROM target), lock_id = NULL, in_hand = false, leased_until = 'epoch', cancel_token = NULL, expires_at = NULL, partition_key = NULL,
          delivery_count = 0, transport_headers = $4
        WHERE id = $1 AND lock_id = $2 RETURNING queue_id
        """;

    public string Cancel { get; } = $"""
        DELETE FROM "{schema}".messages WHERE cancel_token = $1 AND due_at > now()
        """;

    /// <summary>Empties a queue by slices, as a long transaction would keep the server from cleaning up; once for those that are ready, once for those that are delayed.</summary>
    public string[] Purge { get; } = [PurgeOf(schema, "due_at IS NULL"), PurgeOf(schema, "due_at IS NOT NULL")];

    public string Touch { get; } = $"""
        UPDATE "{schema}".queues SET touched_at = now() WHERE name = ANY ($1) AND delete_after_idle IS NOT NULL
        """;

    public string DeleteIdle { get; } = $"""
        WITH gone AS (DELETE FROM "{schema}".queues WHERE delete_after_idle IS NOT NULL AND touched_at + delete_after_idle < now() RETURNING id, name),
        unbound AS (DELETE FROM "{schema}".bindings WHERE NOT to_topic AND destination IN (SELECT name FROM gone))
        SELECT id FROM gone
        """;

    /// <summary>
    /// Whoever is storing something is waited for; who wants to waits until the end of the transaction, and finds then what it left. Only briefly, as senders wait behind whoever waits here: a statement of
    /// an administrator can hold the table for minutes.
    /// </summary>
    public string StoreNothing { get; } = $"""SET LOCAL lock_timeout = '2s'; LOCK TABLE "{schema}".messages IN SHARE MODE""";

    public string Holds { get; } = $"""
        SELECT EXISTS (SELECT FROM "{schema}".queues q WHERE name = ANY ($1) AND (
          EXISTS (SELECT FROM "{schema}".messages m WHERE m.queue_id = q.id AND due_at IS NULL) OR EXISTS (SELECT FROM "{schema}".messages m WHERE m.queue_id = q.id AND due_at IS NOT NULL)))
        """;

    /// <summary>Deletes queues that hold nothing, and wakes who receives from them.</summary>
    public string Delete { get; } = $"""
        WITH gone AS (DELETE FROM "{schema}".queues WHERE name = ANY ($1) RETURNING id),
        unbound AS (DELETE FROM "{schema}".bindings WHERE NOT to_topic AND destination = ANY ($1))
        SELECT pg_notify('{schema}', id || ' deleted') FROM gone
        """;

    public string[] DeleteOrphans { get; } =
    [
        $"""DELETE FROM "{schema}".messages WHERE queue_id = ANY ($1) AND due_at IS NULL""",
        $"""DELETE FROM "{schema}".messages WHERE queue_id = ANY ($1) AND due_at IS NOT NULL""",
    ];

    private string Create { get; } = $"""
        DO $$ BEGIN
          IF NOT EXISTS (SELECT FROM pg_namespace WHERE nspname = '{schema}') THEN CREATE SCHEMA "{schema}"; END IF;
        END $$;
        CREATE TABLE "{schema}".queues (
          id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
          name text NOT NULL UNIQUE,
          delivery_limit integer NOT NULL,
          delete_after_idle interval NULL,
          touched_at timestamptz NOT NULL DEFAULT now()) WITH (fillfactor = 50);
        CREATE TABLE "{schema}".bindings (
          topic text NOT NULL,
          destination text NOT NULL,
          to_topic boolean NOT NULL,
          routing_key text NULL);
        CREATE UNIQUE INDEX bindings_once ON "{schema}".bindings (topic, destination, to_topic, coalesce(routing_key, chr(1)));
        CREATE TABLE "{schema}".messages (
          id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
          queue_id bigint NOT NULL,
          priority smallint NOT NULL,
          due_at timestamptz NULL,
          leased_until timestamptz NOT NULL DEFAULT 'epoch',
          lock_id uuid NULL,
          delivery_count integer NOT NULL DEFAULT 0,
          cancel_token uuid NULL,
          sent_at timestamptz NOT NULL DEFAULT now(),
          expires_at timestamptz NULL,
          transport_id uuid NOT NULL,
          routing_key text NULL,
          partition_key text COLLATE "C" NULL,
          in_hand boolean NOT NULL DEFAULT false,
          content_type text NULL,
          transport_headers text NULL,
          body bytea NOT NULL)
        WITH (
          fillfactor = 50, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000, autovacuum_vacuum_cost_delay = 0,
          autovacuum_analyze_scale_factor = 0, autovacuum_analyze_threshold = 50000,
          toast.autovacuum_vacuum_scale_factor = 0, toast.autovacuum_vacuum_threshold = 1000, toast.autovacuum_vacuum_cost_delay = 0);
        CREATE INDEX messages_ready ON "{schema}".messages (queue_id, priority, id) WHERE due_at IS NULL;
        CREATE INDEX messages_delayed ON "{schema}".messages (queue_id, due_at) WHERE due_at IS NOT NULL;
        CREATE INDEX messages_token ON "{schema}".messages (cancel_token) WHERE cancel_token IS NOT NULL;
        CREATE INDEX messages_partition ON "{schema}".messages (queue_id, partition_key, id) WHERE partition_key IS NOT NULL;
        CREATE INDEX messages_in_hand ON "{schema}".messages (queue_id, partition_key) WHERE in_hand;
        COMMENT ON SCHEMA "{schema}" IS 'Queues of Flow (Flow:Transport = Postgres).';
        """;

    /// <summary>Creates the tables if they are missing: once, however many processes start at once, and with no right to create needed when they are there.</summary>
    /// <exception cref="InvalidOperationException">The role may neither use nor create them; says what to grant.</exception>
    public async Task EnsureAsync(NpgsqlConnection connection, PostgresQueueSettings settings)
    {
        if (await AreThereAsync(connection, settings))
            return;
        await using var transaction = await connection.BeginTransactionAsync();
        await using (var turn = new NpgsqlCommand("SELECT pg_advisory_xact_lock(hashtext('flow queues'), hashtext($1))", connection, transaction) { Parameters = { new() { Value = Channel } } })
            await turn.ExecuteNonQueryAsync();
        if (await AreThereAsync(connection, settings))
            return;
        try
        {
            await using var create = new NpgsqlCommand(Create, connection, transaction);
            await create.ExecuteNonQueryAsync();
        }
        catch (PostgresException exception) when (exception.SqlState == PostgresErrorCodes.InsufficientPrivilege)
        {
            throw settings.MissingRights(
                "without the right to create", "Start a Flow process once with a role that may CREATE in the database, then GRANT this one the use of the schema and its tables.", exception);
        }

        await transaction.CommitAsync();
    }

    private static string PurgeOf(string schema, string which) => $"""
        DELETE FROM "{schema}".messages WHERE id = ANY (ARRAY (
          SELECT id FROM "{schema}".messages WHERE queue_id = (SELECT id FROM "{schema}".queues WHERE name = $1) AND {which} LIMIT {AtOnce}))
        """;

    private static string ClaimOf(string schema, string more, string chosen) => $"""
        UPDATE "{schema}".messages SET lock_id = $3, leased_until = now() + $4, delivery_count = delivery_count + 1{more}
        WHERE id = ANY (ARRAY ({chosen})) AND leased_until <= now()
        RETURNING id, transport_id, delivery_count, priority, sent_at, expires_at, content_type, routing_key, partition_key, transport_headers, body,
          (SELECT delivery_limit FROM "{schema}".queues WHERE name = $1)
        """;

    private async Task<bool> AreThereAsync(NpgsqlConnection connection, PostgresQueueSettings settings)
    {
        // Read from the catalog, as a name in a schema that the role may not use cannot even be looked up.
        await using var command = new NpgsqlCommand(
            $"""
            SELECT count(*), count(*) FILTER (WHERE has_schema_privilege(n.oid, 'USAGE') AND has_table_privilege(c.oid, 'SELECT') AND has_table_privilege(c.oid, 'INSERT')
              AND has_table_privilege(c.oid, 'UPDATE') AND has_table_privilege(c.oid, 'DELETE'))
            FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = $1 AND c.relname IN ({Tables}) AND c.relkind = 'r'
            """,
            connection) { Parameters = { new() { Value = Channel } } };
        await using var reader = await command.ExecuteReaderAsync();
        await reader.ReadAsync();
        var (found, usable) = (reader.GetInt64(0), reader.GetInt64(1));
        if (found > usable)
        {
            throw settings.MissingRights(
                "without the rights to use", $"GRANT USAGE ON SCHEMA {Channel} and GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA {Channel} to it.");
        }

        return found > 0;
    }
}
