using Flow.Contracts;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Flow.Worker.Policies;

/// <summary>The gates of all handlers.</summary>
internal sealed class HandlerGates : IDisposable
{
    private readonly Dictionary<string, HandlerGate> _gates;
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public HandlerGates(
        FlowWorkerBuilder worker, PolicyBook policies, IOptions<FlowWorkerOptions> options, PermitRequest permits, WorkerTelemetry telemetry, TimeProvider time, ILogger<HandlerGates> logger) =>
        _gates = worker.Handlers.Values.ToDictionary(
            handler => handler.Name,
            handler => new HandlerGate(policies[handler], options.Value.Lanes, time, restBegins =>
            {
                if (restBegins)
                {
                    telemetry.Rest(handler.Name);
                    logger.LogError(
                        "Handler {Handler} fails always ({Failures} failures in a row, or the one item that was tried after a rest): it rests for {RestSeconds} s, and its items are left to other workers.",
                        handler.Name, policies[handler].Rest!.Failures, policies[handler].Rest!.Rest.TotalSeconds);
                }

                Interlocked.Exchange(ref _changed, new(TaskCreationOptions.RunContinuationsAsynchronously)).SetResult();
            },
            policies[handler].Rate is { IsShared: true } rate ? new SharedRate(handler.Name, rate, permits, telemetry, time, logger) : null),
            StringComparer.Ordinal);

    /// <summary>Ends when a gate has next changed.</summary>
    public Task Changed => Volatile.Read(ref _changed).Task;

    /// <summary>The handlers that rest, by name.</summary>
    public IReadOnlyList<RestingHandler> Resting =>
    [
        .. _gates.OrderBy(g => g.Key, StringComparer.Ordinal).Select(g => g.Value.RestsUntil is { } until ? new RestingHandler(g.Key, until) : null).OfType<RestingHandler>(),
    ];

    /// <summary>The gate of a handler, by its name.</summary>
    public HandlerGate this[string handler] => _gates[handler];

    public void Dispose()
    {
        foreach (var gate in _gates.Values)
            gate.Dispose();
    }
}
