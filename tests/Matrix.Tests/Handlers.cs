using System.Collections.Concurrent;
using System.Text.Json;
using Flow.Cli.Demo;
using Flow.Worker;

namespace Flow.Transports.Matrix.Tests;

/// <summary>What the workers of a site do.</summary>
internal sealed class Handlers
{
    private readonly ConcurrentDictionary<string, Gate> _gates = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, bool> _mended = new(StringComparer.Ordinal);

    /// <summary>The gate that a <c>gated</c> item with <c>{"gate": name}</c> has to pass.</summary>
    public Gate Gate(string name) => _gates.GetOrAdd(name, _ => new Gate());

    /// <summary>From now on <c>charge</c> does what it should for this order.</summary>
    public void Mend(string order) => _mended[order] = true;

    public void AddTo(FlowWorkerBuilder worker)
    {
        DemoWorker.AddHandlers(worker);
        worker.MapError<InvalidOperationException>("Card.Declined")
            .AddHandler("echo", (JsonElement input, NodeContext _) => Task.FromResult(input))
            .AddHandler("fail-once", (JsonElement input, NodeContext context) => context.Attempt == 1 ? throw new InvalidOperationException("Once.") : Task.FromResult(input))
            .AddHandler<JsonElement, JsonElement>("charge", ChargeAsync)
            .AddHandler<JsonElement, JsonElement>("gated", PassAsync);
    }

    private Task<JsonElement> ChargeAsync(JsonElement input, NodeContext context)
    {
        var order = input.GetProperty("order").GetString()!;
        return _mended.ContainsKey(order) ? Task.FromResult(input) : throw new InvalidOperationException($"Order {order}: the card was declined.");
    }

    private async Task<JsonElement> PassAsync(JsonElement input, NodeContext context)
    {
        await Gate(input.GetProperty("gate").GetString()!).PassAsync(input, context.CancellationToken);
        return input;
    }
}

/// <summary>Holds what comes until it is let through.</summary>
internal sealed class Gate
{
    private readonly SemaphoreSlim _permits = new(0);

    /// <summary>The inputs that came, in their order.</summary>
    public ConcurrentQueue<JsonElement> Came { get; } = new();

    /// <summary>The inputs whose attempt was cancelled while they were held.</summary>
    public ConcurrentQueue<JsonElement> Abandoned { get; } = new();

    public void Let(int count) => _permits.Release(count);

    public async Task PassAsync(JsonElement input, CancellationToken cancellationToken)
    {
        Came.Enqueue(input);
        try
        {
            await _permits.WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            Abandoned.Enqueue(input);
            throw;
        }
    }
}
