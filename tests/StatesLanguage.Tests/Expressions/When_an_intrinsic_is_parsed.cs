using Flow.StatesLanguage.Expressions;

namespace Flow.StatesLanguage.Tests.Expressions;

public sealed class When_an_intrinsic_is_parsed
{
    [Theory]
    [InlineData("States.UUID()")]
    [InlineData("States.Array( )")]
    [InlineData("States.Format('{}',$$.Execution.Name)")]
    [InlineData("States.Format( '{} {}' , -1.5e3 , States.Array( 1 ) )")]
    [InlineData("States.Array($['a)b', 'c'], $.x[?(@.y == 'z)')], $var[0])")]
    [InlineData("States.StringToJson('{\"a\": \"b\"}')")]
    [InlineData("States.StringSplit('a\nb', '\n')")]
    [InlineData("States.MathRandom(1, 2, 3)")]
    public void Should_take_it(string text)
    {
        Intrinsic.TryParse(text, out var intrinsic, out var error).ShouldBeTrue(error);
        intrinsic.Text.ShouldBe(text);
    }

    [Theory]
    [InlineData("", "'' is not an intrinsic function")]
    [InlineData("States.Xyz($.a)", "'States.Xyz' is not an intrinsic function")]
    [InlineData("states.Array()", "'states.Array' is not an intrinsic function")]
    [InlineData("States.Array", "'(' is expected")]
    [InlineData("States.Array(", "a path, a call")]
    [InlineData("States.Array(1", "')' is expected")]
    [InlineData("States.Array(1,)", "character 16")]
    [InlineData("States.Array(1 2)", "')' is expected at character 16")]
    [InlineData("States.Array(01)", "a path, a call")]
    [InlineData("States.Array(.5)", "a path, a call")]
    [InlineData("States.Array(TRUE)", "a path, a call")]
    [InlineData("States.Array(\"a\")", "a path, a call")]
    [InlineData("States.Array(1) ", "' ' is not expected at character 16")]
    [InlineData("States.Array('a)", "a closing ' is expected")]
    [InlineData(@"States.Format('a\""b')", "after a backslash only")]
    [InlineData(@"States.StringToJson('a\nb')", "after a backslash only")]
    [InlineData(@"States.Format('a\')", "a closing ' is expected")]
    [InlineData("States.Array($.a[)", "is expected at character 18")]
    [InlineData("States.UUID(1)", "States.UUID takes 0 arguments, not 1")]
    [InlineData("States.Format()", "States.Format takes 1 or more arguments, not 0")]
    [InlineData("States.MathRandom(1)", "States.MathRandom takes 2 or 3 arguments, not 1")]
    [InlineData("States.ArrayLength($.a, 1)", "States.ArrayLength takes 1 argument, not 2")]
    [InlineData("States.MathAdd(1, '-1')", "argument 2 of States.MathAdd must be a number, but is a string")]
    [InlineData("States.Array(States.ArrayLength('a'))", "argument 1 of States.ArrayLength must be an array")]
    public void Should_say_what_is_wrong_and_where(string text, string error)
    {
        Intrinsic.TryParse(text, out var intrinsic, out var message).ShouldBeFalse();

        intrinsic.ShouldBeNull();
        message.ShouldNotBeNull().ShouldContain(error);
    }

    [Fact]
    public void Should_bound_nesting()
    {
        string Nested(int depth) => string.Concat(Enumerable.Repeat("States.Array(", depth)) + new string(')', depth);

        Intrinsic.TryParse(Nested(30), out _, out _).ShouldBeTrue();
        Intrinsic.TryParse(Nested(10_000), out _, out var error).ShouldBeFalse();
        error.ShouldNotBeNull().ShouldContain("levels of nesting");
    }
}
