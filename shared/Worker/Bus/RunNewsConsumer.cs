using Flow.Contracts;
using Flow.Worker.Execution;
using MassTransit;

namespace Flow.Worker.Bus;

/// <summary>Every worker hears of every run that is cancelled, paused or goes on.</summary>
internal sealed class RunNewsConsumer(FlightBoard board) : IConsumer<RunCancelled>, IConsumer<RunPaused>, IConsumer<RunResumed>
{
    public Task Consume(ConsumeContext<RunCancelled> context) => board.Cancel(context.Message);

    public Task Consume(ConsumeContext<RunPaused> context)
    {
        board.Paused.Add(context.Message.RunId, context.Message.Timestamp);
        return Task.CompletedTask;
    }

    public Task Consume(ConsumeContext<RunResumed> context)
    {
        board.Paused.Remove(context.Message.RunId);
        return Task.CompletedTask;
    }
}
