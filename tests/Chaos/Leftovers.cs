using RabbitMQ.Client;

namespace Flow.Chaos.Tests;

/// <summary>What should not be left when everything has ended.</summary>
internal static class Leftovers
{
    /// <summary>Messages in error and skipped queues, with the reason each carries; they are taken out, so that the next case starts clean.</summary>
    public static async Task<List<string>> InQueuesAsync(Installation flow)
    {
        var factory = new ConnectionFactory { Uri = flow.BrokerUri };
        await using var connection = await factory.CreateConnectionAsync();
        await using var channel = await connection.CreateChannelAsync();
        var found = new List<string>();
        foreach (var queue in (await flow.QueuesAsync()).Where(name => name.EndsWith("_error", StringComparison.Ordinal) || name.EndsWith("_skipped", StringComparison.Ordinal)))
        {
            while (await channel.BasicGetAsync(queue, autoAck: true) is { } message)
            {
                var headers = message.BasicProperties.Headers ?? new Dictionary<string, object?>();
                var reason = headers.TryGetValue("MT-Fault-Message", out var text) && text is byte[] bytes ? System.Text.Encoding.UTF8.GetString(bytes) : "no reason";
                found.Add($"in {queue}: {reason}: {System.Text.Encoding.UTF8.GetString(message.Body.Span)}");
            }
        }

        return found;
    }

    /// <summary>Messages that were committed and not sent, or sent and not deleted.</summary>
    public static async Task<List<string>> InOutboxAsync(Installation flow)
    {
        try
        {
            await Waiting.UntilAsync("the outbox to be empty", () => flow.ScalarAsync<long>("SELECT count(*) FROM outbox"), rows => rows == 0);
            return [];
        }
        catch (TimeoutException e)
        {
            return [$"outbox: {e.Message}"];
        }
    }
}
