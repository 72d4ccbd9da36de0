using Flow.StatesLanguage.Expressions;

namespace Flow.StatesLanguage.Tests.Expressions;

public sealed class When_a_template_is_filled_in
{
    private const string Input = """{"a":{"b":[1, 2.50]},"text":"hi"}""";

    [Theory]
    [InlineData("""{}""", "{}")]
    [InlineData("""{"x":1,"y":[true,null]}""", """{"x":1,"y":[true,null]}""")]
    [InlineData("""{"x.$":"$.a.b","y":"$.a.b"}""", """{"x":[1,2.50],"y":"$.a.b"}""")]
    [InlineData("""{"x":{"y.$":"$.text"},"z":[{"w.$":"$count"},5,["$.a"]]}""", """{"x":{"y":"hi"},"z":[{"w":3},5,["$.a"]]}""")]
    [InlineData("""{"x.$":"States.Format('{} {}', $.text, $$.Execution.Name)"}""", """{"x":"hi run-1"}""")]
    [InlineData("""{"all.$":"$","price.$ ":1}""", """{"all":{"a":{"b":[1,2.50]},"text":"hi"},"price.$ ":1}""")]
    [InlineData("""{".$":"$.text"}""", """{"":"hi"}""")]
    [InlineData("\"$.a\"", "\"$.a\"")]
    [InlineData("""{"x.$":"$.none"}""", "States.Runtime")]
    public void Should_replace_expressions_only(string template, string outcome) => Fill(template, Input).ShouldBe(outcome);

    [Fact]
    public void Should_return_a_template_without_expressions_itself()
    {
        var template = Given.Json("""{ "x" : [ 1.0 ] }""");

        Parsed(template.GetRawText()).Evaluate(Given.Evaluation("{}")).GetRawText().ShouldBe(template.GetRawText());
    }

    [Fact]
    public void Should_name_the_field_whose_path_finds_nothing()
    {
        var template = Parsed("""{"x":{"y.$":"$.none"}}""");

        Should.Throw<EvaluationException>(() => template.Evaluate(Given.Evaluation("""{"a":1}"""))).Cause
            .ShouldBe("""The JSONPath '$.none' specified for the field 'y.$' could not be found in the input '{"a":1}'""");
    }

    [Fact]
    public void Should_know_its_variables() =>
        Parsed("""{"x.$":"$a","y":[{"z.$":"States.Array($b, $a.c, States.Array($d))"}]}""").VariableNames.Order().ShouldBe(["a", "b", "d"]);

    [Theory]
    [InlineData("""{"x.$":"text"}""", "/P/x.$", "invalid-expression")]
    [InlineData("""{"x.$":5}""", "/P/x.$", "invalid-expression")]
    [InlineData("""{"a":[0,{"b/c":{"x.$":"$.["}}]}""", "/P/a/1/b~1c/x.$", "invalid-expression")]
    [InlineData("""{"x.$":"States.Nope()"}""", "/P/x.$", "invalid-expression")]
    [InlineData("""{"x.$":" States.UUID()"}""", "/P/x.$", "invalid-expression")]
    [InlineData("""{"x":1,"x.$":"$.a"}""", "/P/x.$", "duplicate-key")]
    public void Should_point_at_what_is_wrong(string template, string pointer, string rule)
    {
        var findings = new List<Finding>();

        PayloadTemplate.Parse(Given.Json(template), findings, "/P");

        findings.Select(f => (f.Pointer, f.Rule)).ShouldBe([(pointer, rule)]);
    }

    private static PayloadTemplate Parsed(string template)
    {
        var findings = new List<Finding>();
        var parsed = PayloadTemplate.Parse(Given.Json(template), findings);
        findings.ShouldBeEmpty();
        return parsed;
    }

    private static string Fill(string template, string input)
    {
        try
        {
            return JsonText.Compact(Parsed(template).Evaluate(Given.Evaluation(input)));
        }
        catch (EvaluationException exception)
        {
            return exception.Error;
        }
    }
}
