using MassTransit;

namespace Flow.Worker.Tests.Bed;

/// <summary>A message that was put aside, and why.</summary>
internal sealed record SetAside(string Queue, string Body, string? Reason);

/// <summary>What carries the messages of a test, private to it.</summary>
internal abstract class Transport : IAsyncDisposable
{
    public abstract IReadOnlyDictionary<string, string?> Settings { get; }

    /// <summary>Whether an item given back comes again to another worker; in memory it does not.</summary>
    public virtual bool IsDurable => true;

    /// <summary>Gives what lands on a queue of things set aside to <paramref name="found"/>.</summary>
    public virtual Task Watch(string queue, IReceiveEndpointConnector connector, Action<SetAside> found)
    {
        return connector.ConnectReceiveEndpoint(queue, (_, endpoint) =>
        {
            endpoint.ConfigureConsumeTopology = false;
            endpoint.ConfigureDeadLetter(pipe => pipe.UseExecute(Keep));
            endpoint.ConfigureError(pipe => pipe.UseExecuteAsync(context =>
            {
                Keep(context);
                return context.NotifyFaulted(context.Exception);
            }));
        }).Ready;

        void Keep(ReceiveContext context) => found(new SetAside(
            queue, context.Body.GetString(), context.TransportHeaders.Get<string>("MT-Fault-Message") ?? context.TransportHeaders.Get<string>("MT-Reason")));
    }

    public abstract ValueTask DisposeAsync();
}

internal sealed class InMemoryTransport : Transport
{
    public override IReadOnlyDictionary<string, string?> Settings { get; } = new Dictionary<string, string?>(StringComparer.Ordinal) { ["Flow:Transport"] = "InMemory" };

    public override bool IsDurable => false;

    public override ValueTask DisposeAsync() => ValueTask.CompletedTask;
}

internal sealed class SqliteTransport : Transport
{
    private readonly string _directory = Directory.CreateTempSubdirectory("flow-worker-").FullName;

    public override IReadOnlyDictionary<string, string?> Settings => new Dictionary<string, string?>(StringComparer.Ordinal)
    {
        ["Flow:Transport"] = "Sqlite",
        ["ConnectionStrings:Flow"] = $"Data Source={Path.Combine(_directory, "flow.db")}",
    };

    public override ValueTask DisposeAsync()
    {
        Directory.Delete(_directory, recursive: true);
        return ValueTask.CompletedTask;
    }
}
