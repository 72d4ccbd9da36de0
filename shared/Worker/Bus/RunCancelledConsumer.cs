using Flow.Contracts;
using Flow.Worker.Execution;
using MassTransit;

namespace Flow.Worker.Bus;

/// <summary>Every worker hears of every cancelled run.</summary>
internal sealed class RunCancelledConsumer(FlightBoard board) : IConsumer<RunCancelled>
{
    public Task Consume(ConsumeContext<RunCancelled> context) => board.Cancel(context.Message);
}
