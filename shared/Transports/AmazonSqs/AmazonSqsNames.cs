using System.Security.Cryptography;
using System.Text;
using MassTransit;
using MassTransit.Configuration;
using MassTransit.Topology;
using MassTransit.Transports;

namespace Flow.Transports.AmazonSqs;

/// <summary>
/// Names as SQS and SNS have them. SQS takes 80 letters, digits, hyphens and underscores: a name with others, or one that is too long with the prefix and <c>_skipped</c>, is cut and ends in eight
/// digits of its hash; every other name is the prefix and itself.
/// </summary>
internal sealed class AmazonSqsNames(string prefix)
{
    /// <summary>Longest prefix: the names of Flow's own queues must fit behind it.</summary>
    public const int LongestPrefix = 30;

    // 80 of SQS, less the longest suffix.
    private const int Longest = 72;
    private const int HashDigits = 8;
    private const char Foreign = ':';

    private static readonly string[] Suffixes = ["_error", "_skipped"];
    private static readonly TopicNames Topics = new();

    /// <summary>What all names begin with.</summary>
    public string Prefix { get; } = prefix;

    /// <summary>Whether this is another system's queue, by the name it has within the process.</summary>
    public static bool IsForeign(string queue) => queue.StartsWith(Foreign);

    public static bool IsAllowed(char c) => char.IsAsciiLetterOrDigit(c) || c is '-' or '_';

    /// <summary>The queue's name on the wire.</summary>
    public string Queue(string queue)
    {
        if (IsForeign(queue))
            return queue[1..];
        var suffix = Array.Find(Suffixes, end => queue.EndsWith(end, StringComparison.Ordinal)) ?? string.Empty;
        var stem = Prefix + queue[..^suffix.Length];
        if (stem.Length <= Longest && stem.All(IsAllowed))
            return stem + suffix;
        var kept = string.Concat(stem.Select(c => IsAllowed(c) ? c : '-'));
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(stem)))[..HashDigits];
        return $"{kept[..Math.Min(kept.Length, Longest - HashDigits - 1)]}-{hash}{suffix}";
    }

    /// <summary>The name within the process of a queue on the wire.</summary>
    public string QueueOf(string wire) => wire.StartsWith(Prefix, StringComparison.Ordinal) ? wire[Prefix.Length..] : Foreign + wire;

    public string Topic(string topic) => Prefix + topic;

    public string TopicOf(string wire) => wire.StartsWith(Prefix, StringComparison.Ordinal) ? wire[Prefix.Length..] : wire;

    /// <summary>The topic of a message, named as MassTransit.AmazonSQS names it: <c>Flow_Contracts-StartRun</c>.</summary>
    public static string TopicFor(Type message) => Topics.GetMessageName(message);

    /// <summary>Has the engine name topics so.</summary>
    public static IMessageTopologyConfigurator CreateMessageTopology() => new MessageTopology(new MessageNameFormatterEntityNameFormatter(Topics));

    private sealed class TopicNames : IMessageNameFormatter
    {
        private readonly DefaultMessageNameFormatter _formatter = new("__", "--", "-", "_");

        // Points come from namespaces alone.
        public string GetMessageName(Type type) => _formatter.GetMessageName(type).Replace('.', '_');
    }
}
