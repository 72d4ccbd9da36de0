namespace Flow.Transports.Sqlite;

/// <summary>The tables of the queues. Times are milliseconds since 1970 (UTC), durations milliseconds, ids of .NET 16 bytes.</summary>
internal static class SqliteQueueSchema
{
    /// <summary>Creates what is not there yet.</summary>
    public const string Create = """
        CREATE TABLE IF NOT EXISTS queue_queues (
          id INTEGER PRIMARY KEY AUTOINCREMENT,
          name TEXT NOT NULL UNIQUE,
          delivery_limit INTEGER NOT NULL,
          delete_after_idle INTEGER NULL,
          touched_at INTEGER NOT NULL);
        CREATE TABLE IF NOT EXISTS queue_bindings (
          topic TEXT NOT NULL,
          destination TEXT NOT NULL,
          to_topic INTEGER NOT NULL,
          routing_key TEXT NULL);
        CREATE UNIQUE INDEX IF NOT EXISTS queue_bindings_once ON queue_bindings (topic, destination, to_topic, ifnull(routing_key, char(0)));
        CREATE TABLE IF NOT EXISTS queue_messages (
          id INTEGER PRIMARY KEY AUTOINCREMENT,
          queue_id INTEGER NOT NULL REFERENCES queue_queues (id) ON DELETE CASCADE,
          priority INTEGER NOT NULL,
          visible_at INTEGER NOT NULL,
          delivery_count INTEGER NOT NULL DEFAULT 0,
          lock_id BLOB NULL,
          owner BLOB NULL,
          cancel_token BLOB NULL,
          sent_at INTEGER NOT NULL,
          expires_at INTEGER NULL,
          transport_id BLOB NOT NULL,
          routing_key TEXT NULL,
          content_type TEXT NULL,
          transport_headers TEXT NULL,
          body BLOB NOT NULL);
        CREATE INDEX IF NOT EXISTS queue_messages_order ON queue_messages (queue_id, priority, id);
        CREATE INDEX IF NOT EXISTS queue_messages_due ON queue_messages (queue_id, visible_at);
        CREATE INDEX IF NOT EXISTS queue_messages_token ON queue_messages (cancel_token) WHERE cancel_token IS NOT NULL;
        """;

    public const string CreateQueue = """
        INSERT INTO queue_queues (name, delivery_limit, delete_after_idle, touched_at) VALUES ($name, $limit, $idle, $now)
        ON CONFLICT (name) DO UPDATE SET touched_at = $now
        RETURNING id
        """;

    public const string DeclareQueue = """
        INSERT INTO queue_queues (name, delivery_limit, delete_after_idle, touched_at) VALUES ($name, $limit, $idle, $now)
        ON CONFLICT (name) DO UPDATE SET touched_at = $now, delivery_limit = $limit, delete_after_idle = $idle
        RETURNING id
        """;

    public const string Bind =
        "INSERT OR IGNORE INTO queue_bindings (topic, destination, to_topic, routing_key) VALUES ($topic, $destination, $toTopic, $key)";

    public const string Send = $"{InsertMessage} FROM queue_queues q WHERE q.name = $destination RETURNING queue_id";

    public const string ListFilled = "SELECT name FROM queue_queues q WHERE EXISTS (SELECT 1 FROM queue_messages m WHERE m.queue_id = q.id) ORDER BY name";

    public const string Publish = $"""
        WITH RECURSIVE reached (topic) AS (
          SELECT $destination
          UNION
          SELECT b.destination FROM queue_bindings b JOIN reached r ON b.topic = r.topic WHERE b.to_topic = 1 AND (b.routing_key IS NULL OR b.routing_key = $key))
        {InsertMessage} FROM queue_queues q WHERE q.name IN (
          SELECT b.destination FROM queue_bindings b JOIN reached r ON b.topic = r.topic WHERE b.to_topic = 0 AND (b.routing_key IS NULL OR b.routing_key = $key))
        RETURNING queue_id
        """;

    public const string Receive = """
        UPDATE queue_messages SET lock_id = $lock, owner = $owner, visible_at = $until, delivery_count = delivery_count + 1
        WHERE id IN (
          SELECT m.id FROM queue_messages m JOIN queue_queues q ON q.id = m.queue_id
          WHERE q.name = $queue AND m.visible_at <= $now AND m.delivery_count < q.delivery_limit
          ORDER BY m.priority, m.id LIMIT $limit)
        RETURNING id, transport_id, delivery_count, priority, sent_at, expires_at, content_type, routing_key, transport_headers, body
        """;

    public const string AnythingDue =
        "SELECT EXISTS (SELECT 1 FROM queue_messages m JOIN queue_queues q ON q.id = m.queue_id WHERE q.name = $queue AND m.visible_at <= $now)";

    public const string NextDue = "SELECT (SELECT min(visible_at) FROM queue_messages WHERE queue_id = $queue), EXISTS (SELECT 1 FROM queue_queues WHERE id = $queue)";

    public const string Look = """
        SELECT count(m.id), min(m.sent_at) FROM queue_queues q LEFT JOIN queue_messages m ON m.queue_id = q.id AND m.lock_id IS NULL
        WHERE q.name = $queue GROUP BY q.id
        """;

    public const string Acknowledge = "DELETE FROM queue_messages WHERE id = $id AND lock_id = $lock";

    public const string Extend = "UPDATE queue_messages SET visible_at = $until WHERE id = $id AND lock_id = $lock";

    public const string Release = """
        UPDATE queue_messages SET lock_id = NULL, owner = NULL, visible_at = $until, transport_headers = $headers
        WHERE id = $id AND lock_id = $lock RETURNING queue_id
        """;

    public const string Move = """
        UPDATE queue_messages SET queue_id = $queue, lock_id = NULL, owner = NULL, cancel_token = NULL, expires_at = NULL,
          visible_at = $now, delivery_count = 0, transport_headers = $headers
        WHERE id = $id AND lock_id = $lock
        """;

    public const string Cancel = "DELETE FROM queue_messages WHERE cancel_token = $token AND lock_id IS NULL AND visible_at > $now";

    public const string Purge = "DELETE FROM queue_messages WHERE queue_id = (SELECT id FROM queue_queues WHERE name = $queue)";

    public const string OverLimit = """
        SELECT EXISTS (SELECT 1 FROM queue_messages m JOIN queue_queues q ON q.id = m.queue_id
          WHERE q.name = $queue AND m.visible_at <= $now AND m.delivery_count >= q.delivery_limit)
        """;

    public const string MoveOverLimit = """
        UPDATE queue_messages SET queue_id = $errorQueue, lock_id = NULL, owner = NULL, cancel_token = NULL, expires_at = NULL, visible_at = $now, delivery_count = 0,
          transport_headers = json_set(ifnull(transport_headers, '{}'), '$."Flow-Deliveries"', delivery_count, '$."MT-Reason"', 'fault', '$."MT-Fault-Message"',
            'Received ' || delivery_count || ' times and never acknowledged: the delivery limit is reached.')
        WHERE id IN (SELECT m.id FROM queue_messages m JOIN queue_queues q ON q.id = m.queue_id
          WHERE q.name = $queue AND m.visible_at <= $now AND m.delivery_count >= q.delivery_limit)
        """;

    public const string Touch = "UPDATE queue_queues SET touched_at = $now WHERE name = $queue";

    public const string ReleaseAll = """
        UPDATE queue_messages SET lock_id = NULL, owner = NULL, visible_at = $now, delivery_count = delivery_count - 1
        WHERE owner = $owner RETURNING queue_id
        """;

    public const string ReleaseEverything = "UPDATE queue_messages SET lock_id = NULL, owner = NULL, visible_at = $now WHERE lock_id IS NOT NULL";

    public const string DeleteIdle = "DELETE FROM queue_queues WHERE delete_after_idle IS NOT NULL AND touched_at + delete_after_idle < $now RETURNING name";

    public const string Holds = "SELECT EXISTS (SELECT 1 FROM queue_messages m JOIN queue_queues q ON q.id = m.queue_id WHERE q.name = $queue)";

    public const string DeleteQueue = "DELETE FROM queue_queues WHERE name = $queue RETURNING id";

    public const string Unbind = "DELETE FROM queue_bindings WHERE to_topic = 0 AND destination = $queue";

    private const string InsertMessage = """
        INSERT INTO queue_messages (queue_id, priority, visible_at, cancel_token, sent_at, expires_at, transport_id, routing_key, content_type, transport_headers, body)
        SELECT q.id, $priority, $visibleAt, $token, $now, $expiresAt, $transportId, $key, $contentType, $headers, $body
        """;
}
