using System.Text.Json;
using Flow.Worker.Tests.Bed;

namespace Flow.Worker.Tests.Contract;

/// <summary>What a worker does on every transport. One line a transport.</summary>
public abstract partial class WorkerContract : IAsyncLifetime
{
    private protected Transport Transport { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Transport = await CreateTransport();

    public async ValueTask DisposeAsync()
    {
        if (Transport is not null)
            await Transport.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    private protected abstract Task<Transport> CreateTransport();

    private protected Task<WorkerBed> Start(Action<FlowWorkerBuilder> configure, params (string Key, string Value)[] settings) => WorkerBed.Start(Transport, configure, settings);

    private protected static JsonElement Json(object value) => JsonSerializer.SerializeToElement(value, JsonSerializerOptions.Web);
}

public sealed class InMemoryWorkerTests : WorkerContract
{
    private protected override Task<Transport> CreateTransport() => Task.FromResult<Transport>(new InMemoryTransport());
}

public sealed class SqliteWorkerTests : WorkerContract
{
    private protected override Task<Transport> CreateTransport() => Task.FromResult<Transport>(new SqliteTransport());
}

public sealed class RabbitMqWorkerTests : WorkerContract
{
    private protected override async Task<Transport> CreateTransport() => await RabbitMqTransport.CreateAsync();
}

public sealed class PostgresWorkerTests : WorkerContract
{
    private protected override async Task<Transport> CreateTransport() => await PostgresTransport.CreateAsync();
}
