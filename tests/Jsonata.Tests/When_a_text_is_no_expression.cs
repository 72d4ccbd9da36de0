namespace Flow.Jsonata.Tests;

public sealed class When_a_text_is_no_expression
{
    [Fact]
    public void Should_say_why_and_not_throw()
    {
        JsonataExpression.TryParse("1 +", out var expression, out var error).ShouldBeFalse();

        expression.ShouldBeNull();
        error!.Code.ShouldStartWith("S0");
    }
}
