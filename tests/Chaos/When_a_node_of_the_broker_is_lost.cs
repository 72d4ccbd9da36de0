namespace Flow.Chaos.Tests;

/// <summary>Three brokers are a cluster; the one that all processes are connected to is killed.</summary>
public sealed class When_a_node_of_the_broker_is_lost
{
    [Fact]
    public async Task Should_lose_nothing_and_record_nothing_twice()
    {
        OwnServers.Require();
        await using var site = await ChaosSite.StartAsync(brokerNodes: 3);
        (await site.Flow.MembersAsync("flow-runs")).ShouldBe(3);
        var result = await new CaseRunner(site).RunAsync(FaultCatalog.NodeLost, Pace.Short, Severity.Short);
        Console.WriteLine(ResultTable.Of([result]));
        result.Findings.Problems.ShouldBeEmpty();
    }
}
