using System.Security.Cryptography;
using System.Text;
using Flow.Contracts;
using MassTransit;
using MassTransit.Configuration;
using MassTransit.Topology;
using MassTransit.Transports;

namespace Flow.Transports.AmazonSqs;

/// <summary>
/// Names as SQS and SNS have them. SQS takes 80 letters, digits, hyphens and underscores: a name with others, or one that is too long with the prefix and <c>_skipped</c>, is cut and ends in eight
/// digits of its hash; every other name is the prefix and itself. The name of a FIFO queue ends in <c>.fifo</c>, and is FIFO's for all that belongs to it: of the work queue <c>mails.fifo</c> there are
/// <c>flow-work-mails.fifo</c>, <c>flow-work-mails-low.fifo</c> and <c>flow-work-mails_error.fifo</c>.
/// </summary>
internal sealed class AmazonSqsNames(string prefix)
{
    /// <summary>Longest prefix: the names of Flow's own queues must fit behind it.</summary>
    public const int LongestPrefix = 30;

    // 80 of SQS, less the longest suffix.
    private const int Longest = 72;
    private const int HashDigits = 8;
    private const char Foreign = ':';
    private const string Fifo = ".fifo";

    private static readonly string[] Suffixes = ["_error", "_skipped"];
    private static readonly TopicNames Topics = new();

    /// <summary>What all names begin with.</summary>
    public string Prefix { get; } = prefix;

    /// <summary>Whether this is another system's queue, by the name it has within the process.</summary>
    public static bool IsForeign(string queue) => queue.StartsWith(Foreign);

    public static bool IsAllowed(char c) => char.IsAsciiLetterOrDigit(c) || c is '-' or '_';

    /// <summary>Whether a queue keeps order, by the name it has on the wire.</summary>
    public static bool IsFifo(string wire) => wire.EndsWith(Fifo, StringComparison.Ordinal);

    /// <summary>The queue's name on the wire.</summary>
    public string Queue(string queue)
    {
        if (IsForeign(queue))
            return queue[1..];
        var (name, lane, suffix) = Split(queue);
        var fifo = IsFifo(name) ? Fifo : string.Empty;
        return Allowed(Prefix + name[..^fifo.Length] + lane, Longest - fifo.Length) + suffix + fifo;
    }

    /// <summary>The name within the process of a queue on the wire.</summary>
    public string QueueOf(string wire)
    {
        if (!wire.StartsWith(Prefix, StringComparison.Ordinal))
            return Foreign + wire;
        var queue = wire[Prefix.Length..];
        if (!IsFifo(queue))
            return queue;
        var (name, lane, suffix) = Split(queue[..^Fifo.Length]);
        return name + Fifo + lane + suffix;
    }

    public string Topic(string topic) => Prefix + topic;

    public string TopicOf(string wire) => wire.StartsWith(Prefix, StringComparison.Ordinal) ? wire[Prefix.Length..] : wire;

    /// <summary>The topic of a message, named as MassTransit.AmazonSQS names it: <c>Flow_Contracts-StartRun</c>.</summary>
    public static string TopicFor(Type message) => Topics.GetMessageName(message);

    /// <summary>Has the engine name topics so.</summary>
    public static IMessageTopologyConfigurator CreateMessageTopology() => new MessageTopology(new MessageNameFormatterEntityNameFormatter(Topics));

    private static (string Name, string Lane, string Suffix) Split(string queue)
    {
        var suffix = Array.Find(Suffixes, end => queue.EndsWith(end, StringComparison.Ordinal)) ?? string.Empty;
        var own = queue[..^suffix.Length];
        var lane = QueueNames.WorkQueueOf(own) is { } work ? own[QueueNames.ForWork(work).Length..] : string.Empty;
        return (own[..^lane.Length], lane, suffix);
    }

    private static string Allowed(string name, int longest)
    {
        if (name.Length <= longest && name.All(IsAllowed))
            return name;
        var kept = string.Concat(name.Select(c => IsAllowed(c) ? c : '-'));
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name)))[..HashDigits];
        return $"{kept[..Math.Min(kept.Length, longest - HashDigits - 1)]}-{hash}";
    }

    private sealed class TopicNames : IMessageNameFormatter
    {
        private readonly DefaultMessageNameFormatter _formatter = new("__", "--", "-", "_");

        // Points come from namespaces alone.
        public string GetMessageName(Type type) => _formatter.GetMessageName(type).Replace('.', '_');
    }
}
