using Flow.Worker.Policies;

namespace Flow.Worker.Tests.Units;

public sealed class KillSwitchTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    private readonly KillSwitch _switch = new(new RestRules(3, TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(60)));

    /// <summary>f: a failure, s: a success, -: neither; a second apart.</summary>
    [Theory]
    [InlineData("ff", false)]
    [InlineData("fff", true)]
    [InlineData("ffsff", false)]
    [InlineData("ffsfff", true)]
    [InlineData("ff-f", true)]
    [InlineData("---", false)]
    [InlineData("f-----f-----f", false)]
    [InlineData("f---f----f", true)]
    [InlineData("f-----f-----f-f", true)]
    public void Failures_in_a_row_within_the_window_should_bring_a_rest(string ends, bool rests)
    {
        foreach (var (second, end) in ends.Index())
        {
            _switch.IsResting.ShouldBeFalse();
            _switch.Begin().ShouldBeFalse();
            _switch.End(wasTrial: false, end switch { 'f' => true, 's' => false, _ => null }, Start.AddSeconds(second));
        }

        (_switch.IsResting, _switch.MayBegin).ShouldBe((rests, !rests));
    }

    [Fact]
    public void After_a_rest_one_item_alone_should_be_tried()
    {
        Rest();
        _switch.Wake();

        _switch.MayBegin.ShouldBeTrue();
        _switch.Begin().ShouldBeTrue();
        _switch.MayBegin.ShouldBeFalse();
    }

    [Theory]
    [InlineData(true, true, false)]
    [InlineData(false, false, true)]
    [InlineData(null, false, true)]
    public void The_one_that_is_tried_should_decide(bool? failed, bool rests, bool mayBegin)
    {
        Rest();
        _switch.Wake();
        _switch.Begin();

        _switch.End(wasTrial: true, failed, Start).ShouldBe(rests);

        (_switch.IsResting, _switch.MayBegin).ShouldBe((rests, mayBegin));
        if (mayBegin)
            _switch.Begin().ShouldBe(failed is null);
    }

    [Fact]
    public void What_began_before_the_rest_should_not_count_after_it()
    {
        Rest();
        _switch.End(wasTrial: false, failed: false, Start).ShouldBeFalse();
        _switch.IsResting.ShouldBeTrue();
        _switch.Wake();
        _switch.Begin();

        _switch.End(wasTrial: false, failed: true, Start).ShouldBeFalse();
        _switch.End(wasTrial: false, failed: false, Start).ShouldBeFalse();

        (_switch.IsResting, _switch.MayBegin).ShouldBe((false, false));
    }

    private void Rest()
    {
        for (var i = 0; i < 3; i++)
            _switch.End(wasTrial: false, failed: true, Start);
        _switch.IsResting.ShouldBeTrue();
    }
}
