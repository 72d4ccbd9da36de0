using Flow.Transports.Tests.Brokers;

namespace Flow.Transports.Matrix.Tests;

/// <summary>What the scenarios of one transport share: a running Flow.</summary>
public abstract class Stage : IAsyncDisposable
{
    private Task<FlowSite>? _site;

    /// <summary>The transport's name, as the table shows it.</summary>
    internal abstract string Name { get; }

    /// <summary>A broker of its own.</summary>
    internal abstract TestBroker NewBroker();

    // Started by the first scenario and not by the runner, which does not take a skip from a fixture.
    internal Task<FlowSite> SiteAsync() => _site ??= FlowSite.StartAsync(NewBroker());

    public async ValueTask DisposeAsync()
    {
        if (_site is { IsCompletedSuccessfully: true })
            await (await _site).DisposeAsync();
        GC.SuppressFinalize(this);
    }
}

/// <inheritdoc/>
public sealed class Stage<TBroker> : Stage
    where TBroker : TestBroker, new()
{
    internal override string Name => typeof(TBroker).Name.Replace("Broker", string.Empty, StringComparison.Ordinal);

    internal override TestBroker NewBroker() => new TBroker();
}
