using System.Collections.Concurrent;

namespace Flow.Chaos.Tests;

/// <summary>Each fault once, under load, on one site.</summary>
public sealed class When_something_fails(When_something_fails.Fixture fixture) : IClassFixture<When_something_fails.Fixture>
{
    public static TheoryData<string> Faults => [.. FaultCatalog.All.Where(fault => !fault.IsLong).Select(fault => fault.Name)];

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task Should_lose_nothing_and_record_nothing_twice(string name)
    {
        OwnServers.Require();
        var result = await fixture.RunAsync(FaultCatalog.All.Single(fault => fault.Name == name));
        result.Findings.Problems.ShouldBeEmpty();
    }

    public sealed class Fixture : IAsyncLifetime
    {
        private readonly ConcurrentQueue<CaseResult> _results = new();
        private ChaosSite? _site;

        public ValueTask InitializeAsync() => ValueTask.CompletedTask;

        public async ValueTask DisposeAsync()
        {
            if (_site is null)
                return;
            Console.WriteLine(ResultTable.Of(_results));
            var left = await Leftovers.InOutboxAsync(_site.Flow);
            await _site.DisposeAsync();
            left.ShouldBeEmpty();
        }

        internal async Task<CaseResult> RunAsync(Fault fault)
        {
            _site ??= await ChaosSite.StartAsync();
            var result = await new CaseRunner(_site).RunAsync(fault, Pace.Short, Severity.Short);
            _results.Enqueue(result);
            Console.WriteLine($"{fault.Name}: {result.Took.TotalSeconds:0.0} s");
            return result;
        }
    }
}
