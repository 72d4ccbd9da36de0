using System.Collections.Concurrent;
using Amazon.Runtime;
using MassTransit;

namespace Flow.Transports.AmazonSqs;

/// <summary>The calls for single messages of one queue, in batches.</summary>
internal sealed class QueueCalls(SqsClient sqs, SqsQueue queue, TimeProvider time)
{
    private static readonly TimeSpan DeleteInterval = TimeSpan.FromMilliseconds(250);

    private readonly ConcurrentDictionary<Task, bool> _deleting = new();

    public RequestBatches<WireMessage> Sends { get; } = new(
        WireHeaders.MostBytes, message => message.Bytes, messages => sqs.SendAsync(queue.Url, messages), time, queue.IsFifo ? 1 : RequestBatches<WireMessage>.MostCalls);

    public RequestBatches<string> Deletes { get; } = new(int.MaxValue, _ => 0, receipts => sqs.DeleteAsync(queue.Url, receipts), time, gather: queue.IsFifo ? TimeSpan.Zero : DeleteInterval);

    public RequestBatches<(string Receipt, int Seconds)> Visibility { get; } = new(int.MaxValue, _ => 0, changes => sqs.ChangeVisibilityAsync(queue.Url, changes), time);

    /// <summary>
    /// Has a message that was handled deleted. Ends before it is, so that deletions share calls: one whose deletion fails, or whose process is killed meanwhile, comes again. In a FIFO queue, where others
    /// wait for it, it ends with the deletion and answers whether the message is gone.
    /// </summary>
    public async Task<bool> DeleteAsync(SqsMessage message)
    {
        if (queue.IsFifo)
            return await Deletes.AddAsync(message.Receipt) is null;
        var deleting = DeleteSoonAsync(message);
        _deleting[deleting] = true;
        _ = deleting.ContinueWith(done => _deleting.TryRemove(done, out _), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        return true;
    }

    /// <summary>Ends when everything that was to be deleted is.</summary>
    public Task SettleAsync() => Task.WhenAll(_deleting.Keys);

    private async Task DeleteSoonAsync(SqsMessage message)
    {
        try
        {
            await Deletes.AddAsync(message.Receipt);
        }
        catch (Exception exception) when (exception is ConnectionException or AmazonServiceException)
        {
            // It comes again when its lease ends.
        }
    }
}
