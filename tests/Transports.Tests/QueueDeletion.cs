using Flow.Transports.Queues;

namespace Flow.Transports.Tests;

/// <summary>The deletion of a queue as who is below the bus sees it.</summary>
internal static class QueueDeletion
{
    /// <summary>The queue q is spared while somebody has a message of it in hand; then it goes, and who waits for its next message, or begins to, is told.</summary>
    public static async Task ShouldSpareWhatIsInHandAndTellReceiversAsync(IQueueProvider queues, long id, IBrokerQueues broker)
    {
        await queues.SendAsync("q", new OutboundMessage { TransportId = Guid.NewGuid(), Body = [1] });
        var held = (await queues.ReceiveAsync("q", Guid.NewGuid(), 1, TimeSpan.FromMinutes(1))).ShouldHaveSingleItem();
        (await broker.DeleteAsync(["q"], TestContext.Current.CancellationToken)).ShouldBeFalse();
        (await queues.AcknowledgeAsync(held.Lease)).ShouldBeTrue();

        var waiting = Record.ExceptionAsync(() => queues.WaitAsync(id, TimeSpan.FromHours(1), TestContext.Current.CancellationToken)).AsTask();
        (await broker.DeleteAsync(["q"], TestContext.Current.CancellationToken)).ShouldBeTrue();

        await waiting.WaitAsync(Patience.Limit);
        // The first ends at once where it was told of something before.
        await Until.TrueAsync(async () =>
            (await Record.ExceptionAsync(() => queues.WaitAsync(id, TimeSpan.FromHours(1), TestContext.Current.CancellationToken)))?.Message.Contains("deleted", StringComparison.Ordinal) is true);
        (await queues.SendAsync("q", new OutboundMessage { TransportId = Guid.NewGuid(), Body = [2] })).ShouldBeFalse();
    }
}
