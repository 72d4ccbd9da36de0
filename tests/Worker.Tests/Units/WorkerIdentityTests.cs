namespace Flow.Worker.Tests.Units;

public sealed class WorkerIdentityTests
{
    [Fact] // capability 90
    public void Should_never_be_shared()
    {
        var ids = Enumerable.Range(0, 1_000).Select(_ => new WorkerIdentity(TimeProvider.System).WorkerId).ToHashSet(StringComparer.Ordinal);

        ids.Count.ShouldBe(1_000);
        ids.ShouldAllBe(id => id.StartsWith($"{Environment.MachineName}-{Environment.ProcessId}-", StringComparison.Ordinal));
    }
}
