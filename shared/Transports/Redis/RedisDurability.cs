using Microsoft.Extensions.Logging;
using StackExchange.Redis;

namespace Flow.Transports.Redis;

/// <summary>Looks whether a server keeps what it has acknowledged.</summary>
internal static class RedisDurability
{
    /// <summary>Logs what may be lost, and when.</summary>
    /// <exception cref="RedisNotDurableException">Messages would be lost by a restart of Redis or when its memory is full, and <see cref="RedisSettings.RequireAof"/> is true.</exception>
    public static async Task CheckAsync(IDatabase database, RedisSettings settings, ILogger logger)
    {
        if (await InfoAsync(database) is not { } info)
        {
            logger.LogWarning(
                "{Server} does not let its user run INFO, so whether it keeps messages is not known: see to it that 'appendonly' is 'yes' and 'maxmemory-policy' is 'noeviction'.", settings.Name);
            return;
        }

        if (Losses(info) is { } losses)
        {
            if (settings.RequireAof)
                throw new RedisNotDurableException($"{settings.Name} {losses} Or set Flow:Redis:RequireAof to false, if that loss is acceptable.");
            logger.LogWarning("{Server} {Losses}", settings.Name, losses);
        }

        if (info.GetValueOrDefault("aof_enabled") == "1" && await SyncAsync(database) is not (null or "always"))
        {
            logger.LogWarning(
                "{Server} writes its append-only file to disk after it has answered: a power failure may lose the last seconds of messages. With 'appendfsync always' it loses none.", settings.Name);
        }
    }

    /// <summary>What the server says of itself; null: it does not let its user ask.</summary>
    public static async Task<Dictionary<string, string>?> InfoAsync(IDatabase database) => await ReadAsync(database, "INFO") is { } text ? Parse(text) : null;

    /// <summary>The server's <c>appendfsync</c>; null: it does not let its user ask.</summary>
    public static async Task<string?> SyncAsync(IDatabase database) => (await ReadAsync(database, "CONFIG", "GET", "appendfsync"))?.Split(' ')[^1];

    /// <summary>How a server that says so of itself loses messages, as the end of a sentence about it; null: it does not.</summary>
    public static string? Losses(Dictionary<string, string> info)
    {
        var losses = new List<string>();
        if (info.GetValueOrDefault("aof_enabled") == "0")
            losses.Add("keeps no append-only file: a restart of it loses messages. Set 'appendonly yes' on the server.");
        // What is evicted by the other policies has an expiry, which no key of Flow has.
        if (info.GetValueOrDefault("maxmemory_policy") is { } policy && policy.StartsWith("allkeys", StringComparison.Ordinal))
            losses.Add($"evicts messages when its memory is full (maxmemory-policy is '{policy}'). Set 'maxmemory-policy noeviction' on the server.");
        return losses.Count == 0 ? null : string.Join(" It ", losses);
    }

    private static Dictionary<string, string> Parse(string info) => info.Split('\n')
        .Select(line => line.Trim().Split(':', 2)).Where(parts => parts.Length == 2).DistinctBy(parts => parts[0]).ToDictionary(parts => parts[0], parts => parts[1], StringComparer.Ordinal);

    /// <summary>Null: the server does not let its user ask, or does not know the command.</summary>
    private static async Task<string?> ReadAsync(IDatabase database, string command, params object[] arguments)
    {
        try
        {
            var answer = await database.ExecuteAsync(command, arguments);
            return answer.Length >= 0 ? string.Join(' ', (string?[]?)answer ?? []) : (string?)answer;
        }
        catch (RedisServerException exception) when (exception.Message.StartsWith("NOPERM", StringComparison.Ordinal) || exception.Message.StartsWith("ERR unknown command", StringComparison.Ordinal))
        {
            return null;
        }
    }
}
