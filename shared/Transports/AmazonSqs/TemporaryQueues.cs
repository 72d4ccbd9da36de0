using System.Collections.Concurrent;
using System.Globalization;
using Amazon.Runtime;
using Flow.Transports.Queues;
using MassTransit;

namespace Flow.Transports.AmazonSqs;

/// <summary>
/// The queues of a process that end with it, and their subscriptions. SQS deletes none by itself: the process does when it stops, and a process that died leaves them to the others. For that a
/// temporary queue says in its tags when its process last lived, and which subscriptions go with it.
/// </summary>
internal sealed class TemporaryQueues : IAsyncDisposable
{
    /// <summary>The tag with the moment at which the queue's process last lived, in seconds since 1970.</summary>
    public const string AliveTag = "flow-alive-at";

    private const string SubscriptionTag = "flow-subscription-";

    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(30);

    // Three signs of life were missed.
    private static readonly TimeSpan Death = TimeSpan.FromHours(2);

    private readonly SqsClient _sqs;
    private readonly SnsClient _sns;
    private readonly AmazonSqsNames _names;
    private readonly TimeProvider _time;
    private readonly ConcurrentDictionary<string, ConcurrentBag<string>> _own = new(StringComparer.Ordinal);
    private readonly Upkeep _upkeep;

    public TemporaryQueues(SqsClient sqs, SnsClient sns, AmazonSqsNames names, TimeProvider time)
    {
        (_sqs, _sns, _names, _time) = (sqs, sns, names, time);
        _upkeep = new Upkeep(Interval, time, _ => TrySweepAsync());
    }

    public bool IsOurs(SqsQueue queue) => _own.ContainsKey(queue.Url);

    /// <summary>The queue is this process's, to be deleted with it.</summary>
    public void Own(SqsQueue queue) => _own.TryAdd(queue.Url, []);

    /// <summary>Tags of a new temporary queue.</summary>
    public IReadOnlyDictionary<string, string> Tags(IDictionary<string, string> tags) => new Dictionary<string, string>(tags, StringComparer.Ordinal) { [AliveTag] = Now() };

    /// <summary>The subscription ends with the queue.</summary>
    public async Task NoteAsync(SqsQueue queue, string subscriptionArn)
    {
        var subscriptions = _own[queue.Url];
        if (subscriptions.Contains(subscriptionArn, StringComparer.Ordinal))
            return;
        subscriptions.Add(subscriptionArn);
        await _sqs.SetTagsAsync(queue.Url, new Dictionary<string, string>(StringComparer.Ordinal) { [$"{SubscriptionTag}{subscriptions.Count}"] = subscriptionArn });
    }

    /// <summary>Says that our queues live, and deletes those of processes that died.</summary>
    public async Task SweepAsync()
    {
        foreach (var url in _own.Keys)
            await _sqs.SetTagsAsync(url, new Dictionary<string, string>(StringComparer.Ordinal) { [AliveTag] = Now() });
        foreach (var url in await _sqs.ListQueuesAsync(_names.Prefix))
        {
            if (_own.ContainsKey(url) || DeadLetters.AsideHeaders.OriginOf(url) is not null)
                continue;
            var tags = await _sqs.GetTagsAsync(url);
            if (tags.TryGetValue(AliveTag, out var text) && long.TryParse(text, CultureInfo.InvariantCulture, out var seconds)
                && _time.GetUtcNow() - DateTimeOffset.FromUnixTimeSeconds(seconds) > Death)
                await DeleteAsync(url, tags.Where(tag => tag.Key.StartsWith(SubscriptionTag, StringComparison.Ordinal)).Select(tag => tag.Value));
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _upkeep.DisposeAsync();
        foreach (var (url, subscriptions) in _own)
        {
            try
            {
                await DeleteAsync(url, subscriptions);
            }
            catch (Exception exception) when (exception is ConnectionException or AmazonServiceException)
            {
                // Others will.
            }
        }
    }

    private async Task DeleteAsync(string url, IEnumerable<string> subscriptions)
    {
        foreach (var subscription in subscriptions)
            await _sns.UnsubscribeAsync(subscription);
        await _sqs.DeleteQueueAsync(url);
    }

    private string Now() => _time.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);

    private async Task TrySweepAsync()
    {
        try
        {
            await SweepAsync();
        }
        catch (Exception exception) when (exception is ConnectionException or AmazonServiceException)
        {
            // SQS is away, or another process deleted the same queue: next time.
        }
    }
}
