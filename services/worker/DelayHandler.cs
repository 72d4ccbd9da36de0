using System.Text.Json;
using Flow.Worker;

namespace Flow.StockWorker;

/// <summary>How long <c>delay</c> waits.</summary>
/// <param name="Seconds">Seconds, also fractions; 0 to 86,400.</param>
internal sealed record DelayInput(double Seconds);

/// <summary>Waits, then gives its input on. Holds a slot of the worker but no thread; for waits of minutes and more use a Wait node.</summary>
[NodeHandler("delay")]
internal sealed class DelayHandler(TimeProvider time) : INodeHandler<DelayInput, JsonElement>
{
    private const double MaxSeconds = 86_400;

    public async Task<Transition<JsonElement>> HandleAsync(DelayInput input, NodeContext context)
    {
        if (input.Seconds is not (>= 0 and <= MaxSeconds))
            return Transition.Abort("Delay.InvalidSeconds", $"'seconds' is {input.Seconds}; allowed are 0 to {MaxSeconds}.");
        await Task.Delay(TimeSpan.FromSeconds(input.Seconds), time, context.CancellationToken);
        return context.Input;
    }
}
