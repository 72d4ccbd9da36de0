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
            // The wait as a whole is bounded, not only the calls that watch the token.
            await SendAsync(row, patience.Token).WaitAsync(patience.Token);
            return null;
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            return new TimeoutException($"The broker did not confirm it within {options.SendTimeout.TotalSeconds} seconds.", e);
        }
        catch (Exception e)
        {
            return e;
        }
    }

    private async Task SendAsync(OutboxEntry row, CancellationToken cancellationToken)
    {
        var endpoint = await bus.GetSendEndpoint(new Uri(row.Destination));
        await endpoint.Send(new SerializedMessageBody(), new EnvelopeSendPipe(row, time.GetUtcNow().UtcDateTime), cancellationToken);
    }
}
