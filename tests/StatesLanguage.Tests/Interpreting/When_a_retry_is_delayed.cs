using Flow.StatesLanguage.Expressions;
using Flow.StatesLanguage.States;

namespace Flow.StatesLanguage.Tests.Interpreting;

// capability 105, 106
public class When_a_retry_is_delayed
{
    [Theory]
    [InlineData(1, 2.0, null, new[] { 1.0, 2, 4, 8 })]
    [InlineData(3, 1.0, null, new[] { 3.0, 3, 3, 3 })]
    [InlineData(3, 1.5, null, new[] { 3.0, 4.5, 6.75, 10.125 })]
    [InlineData(5, 10.0, 60, new[] { 5.0, 50, 60, 60 })]
    [InlineData(0, 2.0, null, new[] { 0.0, 0, 0, 0 })]
    [InlineData(99_999_999, 2.0, null, new[] { 31_622_400.0, 31_622_400, 31_622_400, 31_622_400 })]
    [InlineData(2, double.MaxValue, null, new[] { 2.0, 31_622_400, 31_622_400, 31_622_400 })]
    public void Should_grow_by_the_rate_up_to_the_maximum(int intervalSeconds, double rate, int? maxDelaySeconds, double[] delays)
    {
        var retrier = new Retrier(["States.ALL"], intervalSeconds, 4, rate, maxDelaySeconds, FullJitter: false);

        Enumerable.Range(0, 4).Select(used => retrier.DelaySeconds(used, new Randomness(Guid.Empty))).ShouldBe(delays);
    }

    [Fact]
    public void Should_be_drawn_evenly_below_the_delay_with_full_jitter()
    {
        var retrier = new Retrier(["States.ALL"], 10, 4, 2, 30, FullJitter: true);
        var randomness = new Randomness(Guid.Parse("33333333-3333-3333-3333-333333333333"));
        var drawn = Enumerable.Range(0, 2000).Select(_ => retrier.DelaySeconds(5, randomness)).ToList();

        drawn.ShouldAllBe(delay => delay >= 0 && delay < 30);
        drawn.Average().ShouldBe(15, tolerance: 1);
        retrier.DelaySeconds(1, new Randomness(Guid.Empty)).ShouldBe(retrier.DelaySeconds(1, new Randomness(Guid.Empty)));
    }
}
