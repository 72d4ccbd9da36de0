namespace Flow.Transports.Tests.Brokers;

/// <summary>What not every transport can do. A transport that cannot says why, and the test is skipped with that reason.</summary>
public enum Capability
{
    SeveralBuses,
    Durability,
    Delay,
    Cancellation,
    Leases,
    Priority,
    QueueBeforeConsumer,
    Outage,
    MessagesWithoutId,
    SeveralProcesses,
    Order,
    QueueDeletion,
}

/// <summary>A transport under test: fresh, empty and its own for every test.</summary>
public abstract class TestBroker : IAsyncDisposable
{
    /// <summary>The settings a process needs to use it.</summary>
    public abstract IReadOnlyDictionary<string, string?> Settings { get; }

    /// <summary>Why the transport cannot do this; null: it can.</summary>
    public virtual string? WhyNot(Capability capability) => null;

    /// <summary>Makes it ready, or skips the test.</summary>
    public virtual ValueTask StartAsync() => ValueTask.CompletedTask;

    /// <summary>Puts a body into a queue as a program without MassTransit would.</summary>
    public abstract Task SendRawAsync(TestHost host, string queue, string body, string? contentType, string? messageId = null);

    /// <summary>Makes the broker reachable (see <see cref="Capability.Outage"/>).</summary>
    public virtual ValueTask ConnectAsync() => throw new NotSupportedException();

    /// <summary>Settings under which the broker cannot be reached before <see cref="ConnectAsync"/>.</summary>
    public virtual IReadOnlyDictionary<string, string?> UnreachableSettings => throw new NotSupportedException();

    /// <summary>Host and port of <see cref="UnreachableSettings"/>, as what complains of them has it.</summary>
    public virtual string UnreachableAddress => throw new NotSupportedException();

    public virtual ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }
}
