using System.Runtime.CompilerServices;
using Flow.Transports.Tests.Brokers;

namespace Flow.Transports.Matrix.Tests;

/// <summary>
/// What Flow does on every transport, with real services. A transport subclasses it in one line; what it cannot do its broker says with the reason, which <see cref="ResultTable"/> shows.
/// </summary>
public abstract partial class TransportMatrix(Stage stage) : IAsyncLifetime
{
    private FlowSite _flow = null!;

    public async ValueTask InitializeAsync() => _flow = await stage.SiteAsync();

    public ValueTask DisposeAsync()
    {
        if (TestContext.Current is { TestMethod.MethodName: { } scenario, TestState.Result: var result and not TestResult.Skipped })
            ResultTable.Note(stage.Name, scenario, result == TestResult.Passed ? "ok" : "FAILED");
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    private void Needs(Capability capability, [CallerMemberName] string scenario = "")
    {
        if (stage.NewBroker().WhyNot(capability) is not { } reason)
            return;
        ResultTable.Note(stage.Name, scenario, $"no: {reason}");
        Assert.Skip(reason);
    }
}
