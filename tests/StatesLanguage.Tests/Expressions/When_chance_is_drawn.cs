using Flow.StatesLanguage.Expressions;

namespace Flow.StatesLanguage.Tests.Expressions;

public sealed class When_chance_is_drawn
{
    [Fact]
    public void Should_repeat_itself_for_the_same_seed_and_for_no_other()
    {
        var (first, again, other) = (new Randomness(Given.Seed), new Randomness(Given.Seed), new Randomness(Guid.Empty));

        var drawn = Enumerable.Range(0, 100).Select(_ => first.NextGuid()).ToList();
        Enumerable.Range(0, 100).Select(_ => again.NextGuid()).ShouldBe(drawn);
        drawn.Append(other.NextGuid()).ShouldBeUnique();
        drawn.ShouldAllBe(g => g.Version == 4 && g.Variant >= 8 && g.Variant < 12);
    }

    [Fact]
    public void Should_spread_evenly()
    {
        var randomness = new Randomness(Given.Seed);

        var doubles = Enumerable.Range(0, 10_000).Select(_ => randomness.NextDouble()).ToList();
        doubles.ShouldAllBe(d => d >= 0 && d < 1);
        doubles.Average().ShouldBe(0.5, tolerance: 0.02);

        var dice = Enumerable.Range(0, 6_000).CountBy(_ => randomness.NextBetween(1, 7)).ToDictionary();
        dice.Keys.Order().ShouldBe([1, 2, 3, 4, 5, 6]);
        dice.Values.ShouldAllBe(n => n > 800 && n < 1_200);
    }

    [Theory]
    [InlineData(long.MinValue, long.MaxValue)]
    [InlineData(-1, 0)]
    [InlineData(long.MaxValue - 1, long.MaxValue)]
    public void Should_stay_within_any_bounds(long start, long end)
    {
        var randomness = new Randomness(Given.Seed);

        Enumerable.Range(0, 100).Select(_ => randomness.NextBetween(start, end)).ShouldAllBe(n => n >= start && n < end);
    }
}
