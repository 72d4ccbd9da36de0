using Flow.StatesLanguage.Expressions;

namespace Flow.StatesLanguage.Tests.Expressions;

public sealed class When_a_result_is_placed
{
    [Theory]
    [InlineData("""{"a":1}""", "$", "9")]
    [InlineData("""{"a":1}""", "$.b", """{"a":1,"b":9}""")]
    [InlineData("""{"a":1,"c":2}""", "$.a", """{"a":9,"c":2}""")]
    [InlineData("""{"a":{"x":1}}""", "$.a.b.c", """{"a":{"x":1,"b":{"c":9}}}""")]
    [InlineData("""{}""", "$['a b'].c", """{"a b":{"c":9}}""")]
    [InlineData("""{"a":[1,{"b":2},3]}""", "$.a[1].c", """{"a":[1,{"b":2,"c":9},3]}""")]
    [InlineData("""{"a":[1,2]}""", "$.a[0]", """{"a":[9,2]}""")]
    [InlineData("""[1,2]""", "$[1]", "[1,9]")]
    [InlineData("""{"ü\u00fc":1e2}""", "$.b", """{"üü":1e2,"b":9}""")]
    [InlineData("""{"a":[1,2]}""", "$.a[2]", "States.ResultPathMatchFailure")]
    [InlineData("""{"a":[1,2]}""", "$.a.b", "States.ResultPathMatchFailure")]
    [InlineData("""{"a":1}""", "$.a.b", "States.ResultPathMatchFailure")]
    [InlineData("""{"a":null}""", "$.a.b", "States.ResultPathMatchFailure")]
    [InlineData("""{"a":{}}""", "$.a[0]", "States.ResultPathMatchFailure")]
    [InlineData("""{}""", "$.a[0]", "States.ResultPathMatchFailure")]
    [InlineData("""[1]""", "$.a", "States.ResultPathMatchFailure")]
    [InlineData("\"text\"", "$.a", "States.ResultPathMatchFailure")]
    public void Should_keep_the_rest_and_create_what_is_missing(string root, string path, string outcome) => Place(root, path).ShouldBe(outcome);

    [Fact]
    public void Should_refuse_a_value_deeper_than_messages_carry()
    {
        Place("{}", "$" + string.Concat(Enumerable.Repeat(".a", JsonBuffer.MaximumDepth))).ShouldStartWith("{");
        Place("{}", "$" + string.Concat(Enumerable.Repeat(".a", JsonBuffer.MaximumDepth + 1))).ShouldBe("States.Runtime");
    }

    private static string Place(string root, string path)
    {
        try
        {
            return JsonText.Compact(ReferencePath.Set(Given.Json(root), Given.Path(path), Given.Json("9")));
        }
        catch (EvaluationException exception)
        {
            return exception.Error;
        }
    }
}
