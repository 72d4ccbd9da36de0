namespace Flow.Chaos.Tests;

/// <summary>
/// Holds a transaction of the first orchestrator at a point of its commit, so that the process can be killed right there. The database does it, by triggers that
/// sleep when they are armed: the product has no hook for it, and whatever statements it sends, it passes here.
/// </summary>
internal static class CommitPoints
{
    /// <summary>All is written, nothing is committed.</summary>
    public const string Commit = "commit";

    /// <summary>The messages are with the broker, their outbox rows are about to be deleted.</summary>
    public const string OutboxDelete = "outbox-delete";

    public static Task PrepareAsync(Installation flow) => flow.ExecuteAsync($"""
        CREATE TABLE chaos_armed (point text PRIMARY KEY);
        CREATE FUNCTION chaos_hold() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
          IF current_setting('application_name') = '{ChaosSite.NameOf(0)}' AND EXISTS (SELECT FROM chaos_armed WHERE point = TG_ARGV[0]) THEN
            PERFORM pg_sleep(3);
          END IF;
          RETURN NULL;
        END $$;
        CREATE CONSTRAINT TRIGGER chaos_commit AFTER INSERT ON history DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION chaos_hold('{Commit}');
        CREATE TRIGGER chaos_outbox_delete AFTER DELETE ON outbox FOR EACH STATEMENT EXECUTE FUNCTION chaos_hold('{OutboxDelete}');
        """);

    /// <summary>Waits until the first orchestrator has come to the point, and calls <paramref name="there"/> while it is held there; <paramref name="meanwhile"/> gives it work.</summary>
    public static async Task AtAsync(Installation flow, string point, Func<Task> there, Func<Task>? meanwhile = null)
    {
        await flow.ExecuteAsync($"INSERT INTO chaos_armed VALUES ('{point}')");
        try
        {
            if (meanwhile is not null)
                await meanwhile();
            await Waiting.UntilAsync(
                $"{ChaosSite.NameOf(0)} to come to {point}",
                () => flow.ScalarAsync<long>($"SELECT count(*) FROM pg_stat_activity WHERE application_name = '{ChaosSite.NameOf(0)}' AND wait_event = 'PgSleep'"),
                held => held > 0);
            await there();
        }
        finally
        {
            await flow.ExecuteAsync("DELETE FROM chaos_armed");
        }
    }

    /// <summary>Ends what the first orchestrator has open in the database: nothing of it will be committed.</summary>
    public static Task RollBackAsync(Installation flow) =>
        flow.ExecuteAsync($"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = '{ChaosSite.NameOf(0)}'");
}
