using System.Globalization;
using Flow.Transports.Checks;
using StackExchange.Redis;

namespace Flow.Transports.Redis;

/// <summary>What of a Redis that answers would lose messages, or refuse them.</summary>
internal sealed class RedisChecks(RedisSettings settings) : ITransportChecks
{
    private const string Durability = "broker durability";
    private const string Memory = "broker memory";
    private const double FullFrom = 0.8;
    private const long Mebibyte = 1024 * 1024;

    public async Task<IReadOnlyList<CheckResult>> RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            await using var server = await ConnectionMultiplexer.ConnectAsync(settings.Options()).WaitAsync(cancellationToken);
            var database = server.GetDatabase();
            return await RedisDurability.InfoAsync(database) is { } info
                ? [Role(info), Keeps(info, await RedisDurability.SyncAsync(database)), Room(info)]
                : [new(Durability, CheckStatus.Unchecked, $"{settings.Name} does not let its user run INFO.", "See to it that 'appendonly' is 'yes' and 'maxmemory-policy' is 'noeviction', or permit it: ACL SETUSER … +info.")];
        }
        catch (Exception exception) when (exception is RedisException or TimeoutException)
        {
            return [new(Durability, CheckStatus.Unchecked, $"{settings.Name} no longer answers ({exception.Message}).")];
        }
    }

    private CheckResult Role(Dictionary<string, string> info) => info.GetValueOrDefault("role") is "slave"
        ? new("broker role", CheckStatus.Problem, $"{settings.Name} is a replica, which takes no messages.", "Name the master in ConnectionStrings:Redis.")
        : new("broker role", CheckStatus.Ok, $"It is a master, Redis {info.GetValueOrDefault("redis_version")}.");

    private static CheckResult Keeps(Dictionary<string, string> info, string? sync)
    {
        if (RedisDurability.Losses(info) is { } losses)
            return new(Durability, CheckStatus.Problem, $"It {losses}");
        if (info.GetValueOrDefault("aof_last_write_status") is { } status && status != "ok")
            return new(Durability, CheckStatus.Problem, "It could not write its append-only file, and takes no messages until it can.", "See its log, and free space on its disk.");
        return sync switch
        {
            "always" => new(Durability, CheckStatus.Ok, "It writes every message to disk before it answers (appendfsync always)."),
            "everysec" => new(Durability, CheckStatus.Warning, "A power failure may lose the last one to two seconds of messages (appendfsync everysec).", "Set 'appendfsync always' on the server, if that is too much."),
            "no" => new(Durability, CheckStatus.Problem, "A power failure may lose tens of seconds of messages (appendfsync no).", "Set 'appendfsync always' on the server, or 'everysec'."),
            _ => new(Durability, CheckStatus.Unchecked, "It keeps an append-only file, but does not let its user read 'appendfsync'.", "See to it that it is 'always'; 'everysec' may lose the last seconds when power fails."),
        };
    }

    private static CheckResult Room(Dictionary<string, string> info)
    {
        var (used, most) = (Bytes("used_memory"), Bytes("maxmemory"));
        if (most == 0)
            return new(Memory, CheckStatus.Ok, $"It uses {used / Mebibyte} MiB and has no limit of its own: what waits is in memory, so see that the machine's is enough.");
        var finding = $"It uses {used / Mebibyte} of {most / Mebibyte} MiB (maxmemory).";
        return used >= FullFrom * most
            ? new(Memory, CheckStatus.Warning, finding, "Raise it, or have the queues emptied: a full server takes no messages.")
            : new(Memory, CheckStatus.Ok, finding);

        long Bytes(string name) => long.TryParse(info.GetValueOrDefault(name), CultureInfo.InvariantCulture, out var bytes) ? bytes : 0;
    }
}
