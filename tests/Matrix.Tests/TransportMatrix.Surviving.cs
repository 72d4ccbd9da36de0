using Flow.Transports.Tests.Brokers;

namespace Flow.Transports.Matrix.Tests;

public abstract partial class TransportMatrix
{
    // capabilities 54, 55, 60, 61, 87
    [Fact]
    public async Task Should_lose_nothing_when_a_worker_process_is_killed()
    {
        Needs(Capability.Durability);
        await KilledWorker.LosesNothingAsync(stage.NewBroker());
    }
}
