using MassTransit;
using MassTransit.Serialization;
using Microsoft.EntityFrameworkCore;

namespace Flow.Persistence;

/// <summary>Sends one row and waits for the broker's confirmation.</summary>
internal sealed class OutboxSender<TDbContext>(IBusControl bus, OutboxOptions<TDbContext> options, TimeProvider time)
    where TDbContext : DbContext
{
    /// <summary>False while the broker is away: a send that fails then says nothing about its row.</summary>
    public bool BrokerIsWell => bus.CheckHealth().Status == BusHealthStatus.Healthy;

    /// <summary>Null when the broker has the message, else what went wrong. Never throws.</summary>
    public async Task<Exception?> TrySendAsync(OutboxEntry row, CancellationToken cancellationToken)
    {
        try
        {
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            patience.CancelAfter(options.SendTimeout);
            var endpoint = await bus.GetSendEndpoint(new Uri(row.Destination));
            // The wait as a whole is bounded, not only the calls that watch the token.
            await endpoint.Send(new SerializedMessageBody(), new EnvelopeSendPipe(row, time.GetUtcNow().UtcDateTime), patience.Token).WaitAsync(patience.Token);
            return null;
        }
        catch (Exception e)
        {
            return e;
        }
    }
}
