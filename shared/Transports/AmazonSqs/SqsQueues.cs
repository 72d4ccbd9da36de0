using System.Collections.Concurrent;
using System.Globalization;
using Amazon.Runtime;

namespace Flow.Transports.AmazonSqs;

/// <summary>Asks SQS how many messages wait in queues: a number that is about right, a minute after the last change. It does not tell the age of the oldest, nor how many receive.</summary>
internal sealed class SqsQueues(AmazonSqsSettings settings) : IBrokerQueues, IDisposable
{
    private const string Waiting = "ApproximateNumberOfMessages";

    private readonly Lazy<SqsClient> _sqs = new(settings.CreateSqsClient);
    private readonly AmazonSqsNames _names = new(settings.NamePrefix);
    private readonly ConcurrentDictionary<string, string> _urls = new(StringComparer.Ordinal);

    /// <summary>How many messages wait in a queue.</summary>
    public static async Task<long> LookAsync(SqsClient sqs, string url, CancellationToken cancellationToken) =>
        long.Parse((await sqs.GetAttributesAsync(url, [Waiting], cancellationToken))[Waiting], CultureInfo.InvariantCulture);

    public async Task<IReadOnlyDictionary<string, BrokerQueue>> LookAsync(IEnumerable<string> queues, CancellationToken cancellationToken)
    {
        var found = new Dictionary<string, BrokerQueue>(StringComparer.Ordinal);
        foreach (var (queue, waiting) in await Task.WhenAll(queues.Distinct(StringComparer.Ordinal).Select(LookAsync)))
        {
            if (waiting is { } messages)
                found[queue] = new BrokerQueue(messages);
        }

        return found;

        async Task<(string Queue, long? Waiting)> LookAsync(string queue)
        {
            try
            {
                if (!_urls.TryGetValue(queue, out var url))
                {
                    url = await _sqs.Value.GetQueueUrlAsync(_names.Queue(queue), cancellationToken);
                    if (url is null)
                        return (queue, null);
                    _urls[queue] = url;
                }

                return (queue, await SqsQueues.LookAsync(_sqs.Value, url, cancellationToken));
            }
            catch (AmazonServiceException exception) when (SqsClient.IsMissingQueue(exception))
            {
                _urls.TryRemove(queue, out _);
                return (queue, null);
            }
        }
    }

    public void Dispose()
    {
        if (_sqs.IsValueCreated)
            _sqs.Value.Dispose();
    }
}
