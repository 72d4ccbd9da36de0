using Flow.Contracts;
using Flow.Transports.Messages;
using MassTransit;

namespace Flow.Worker.Bus;

/// <summary>Asks the orchestrator for permits of shared rates.</summary>
internal sealed class PermitClient(IBus bus)
{
    private static readonly Uri Queue = new($"queue:{QueueNames.Permits}");
    private static readonly RequestTimeout Patience = RequestTimeout.After(s: 5);

    /// <exception cref="RequestException">No orchestrator answers, or it refuses.</exception>
    public async Task<PermitsReserved> ReserveAsync(ReservePermits request)
    {
        var answer = await bus.CreateRequestClient<ReservePermits>(Queue, Patience).GetResponse<PermitsReserved>(request, asked => asked.NeverExpires());
        return answer.Message;
    }
}
