using Flow.StatesLanguage.Expressions;

namespace Flow.StatesLanguage.Tests.Expressions;

// capability 13
public sealed class When_a_choice_rule_is_matched
{
    private const string Input = """
        {"one":1,"half":0.5,"a":"a","b":"b","yes":true,"no":false,"null":null,"day":"2020-01-02T03:04:05Z","sameDay":"2020-01-02T05:04:05+02:00",
        "nextDay":"2020-01-03T00:00:00Z","date":"2020-01-02","list":[],"object":{}}
        """;

    [Theory]
    [InlineData("one", "NumericEquals", "1.0", true)]
    [InlineData("one", "NumericEquals", "2", false)]
    [InlineData("one", "NumericLessThan", "1.5", true)]
    [InlineData("one", "NumericLessThan", "1", false)]
    [InlineData("one", "NumericGreaterThan", "0", true)]
    [InlineData("one", "NumericLessThanEquals", "1", true)]
    [InlineData("one", "NumericGreaterThanEquals", "1.1", false)]
    [InlineData("a", "NumericLessThan", "5", false)]
    [InlineData("null", "NumericLessThan", "5", false)]
    [InlineData("a", "StringEquals", "\"a\"", true)]
    [InlineData("a", "StringEquals", "\"A\"", false)]
    [InlineData("a", "StringLessThan", "\"b\"", true)]
    [InlineData("a", "StringGreaterThan", "\"B\"", true)]
    [InlineData("b", "StringLessThanEquals", "\"b\"", true)]
    [InlineData("b", "StringGreaterThanEquals", "\"ba\"", false)]
    [InlineData("one", "StringEquals", "\"1\"", false)]
    [InlineData("yes", "BooleanEquals", "true", true)]
    [InlineData("no", "BooleanEquals", "true", false)]
    [InlineData("no", "BooleanEquals", "false", true)]
    [InlineData("null", "BooleanEquals", "false", false)]
    [InlineData("one", "BooleanEquals", "true", false)]
    [InlineData("day", "TimestampEquals", "\"2020-01-02T03:04:05.000Z\"", true)]
    [InlineData("sameDay", "TimestampEquals", "\"2020-01-02T03:04:05Z\"", true)]
    [InlineData("day", "TimestampLessThan", "\"2020-01-02T03:04:06Z\"", true)]
    [InlineData("day", "TimestampGreaterThan", "\"2020-01-02T03:04:05Z\"", false)]
    [InlineData("day", "TimestampLessThanEquals", "\"2020-01-02T03:04:05Z\"", true)]
    [InlineData("day", "TimestampGreaterThanEquals", "\"2020-01-02T03:04:05Z\"", true)]
    [InlineData("date", "TimestampLessThan", "\"2030-01-02T03:04:05Z\"", false)]
    [InlineData("one", "IsNumeric", "true", true)]
    [InlineData("a", "IsNumeric", "true", false)]
    [InlineData("a", "IsNumeric", "false", true)]
    [InlineData("a", "IsString", "true", true)]
    [InlineData("null", "IsString", "false", true)]
    [InlineData("null", "IsNull", "true", true)]
    [InlineData("object", "IsNull", "false", true)]
    [InlineData("no", "IsBoolean", "true", true)]
    [InlineData("list", "IsBoolean", "true", false)]
    [InlineData("day", "IsTimestamp", "true", true)]
    [InlineData("date", "IsTimestamp", "true", false)]
    [InlineData("null", "IsPresent", "true", true)]
    [InlineData("none", "IsPresent", "true", false)]
    [InlineData("none", "IsPresent", "false", true)]
    [InlineData("half", "NumericLessThanPath", "\"$.one\"", true)]
    [InlineData("one", "NumericEqualsPath", "\"$.half\"", false)]
    [InlineData("one", "NumericEqualsPath", "\"$.a\"", false)]
    [InlineData("a", "StringLessThanPath", "\"$.b\"", true)]
    [InlineData("yes", "BooleanEqualsPath", "\"$.yes\"", true)]
    [InlineData("day", "TimestampEqualsPath", "\"$.sameDay\"", true)]
    [InlineData("nextDay", "TimestampGreaterThanEqualsPath", "\"$.day\"", true)]
    public void Should_compare(string variable, string comparison, string operand, bool matches) =>
        Matches($$"""{"Variable":"$.{{variable}}","{{comparison}}":{{operand}},"Next":"N"}""").ShouldBe(matches);

    [Theory]
    [InlineData("log-*.txt", "log-.txt", true)]
    [InlineData("log-*.txt", "log-a.txt.txt", true)]
    [InlineData("log-*.txt", "log-a.txt2", false)]
    [InlineData("*", "", true)]
    [InlineData("", "", true)]
    [InlineData("", "a", false)]
    [InlineData("abc", "abc", true)]
    [InlineData("a*a", "a", false)]
    [InlineData("*a*b*", "xxaxxbxx", true)]
    [InlineData("*a*b*", "ba", false)]
    [InlineData("**b", "ab", true)]
    [InlineData(@"a\*b", "a*b", true)]
    [InlineData(@"a\*b", "axb", false)]
    [InlineData(@"a\\*", @"a\xyz", true)]
    [InlineData(@"a\b", @"a\b", true)]
    [InlineData("a?c", "abc", false)]
    [InlineData("a.c", "abc", false)]
    public void Should_match_wildcards(string pattern, string text, bool matches)
    {
        var rule = Parse($$"""{"Variable":"$","StringMatches":{{System.Text.Json.JsonSerializer.Serialize(pattern)}},"Next":"N"}""");

        rule.Matches(Given.Evaluation(System.Text.Json.JsonSerializer.Serialize(text))).ShouldBe(matches);
    }

    [Theory]
    [InlineData("""{"And":[{"Variable":"$.yes","BooleanEquals":true},{"Variable":"$.one","NumericEquals":1}],"Next":"N"}""", true)]
    [InlineData("""{"And":[{"Variable":"$.no","BooleanEquals":true},{"Variable":"$.none","NumericEquals":1}],"Next":"N"}""", false)]
    [InlineData("""{"Or":[{"Variable":"$.yes","BooleanEquals":true},{"Variable":"$.none","NumericEquals":1}],"Next":"N"}""", true)]
    [InlineData("""{"Or":[{"Variable":"$.no","BooleanEquals":true},{"Variable":"$.one","IsNull":true}],"Next":"N"}""", false)]
    [InlineData("""{"Not":{"Variable":"$.one","NumericEquals":2,"Comment":"c"},"Next":"N","Comment":"c","Assign":{}}""", true)]
    [InlineData("""{"Not":{"And":[{"Not":{"Variable":"$count","NumericEquals":4}},{"Variable":"$$.Execution.Name","StringEquals":"run-1"}]},"Next":"N"}""", false)]
    [InlineData("""{"And":[{"Variable":"$.none","IsPresent":true},{"Variable":"$.none","NumericEquals":1}],"Next":"N"}""", false)]
    public void Should_combine(string rule, bool matches) => Matches(rule).ShouldBe(matches);

    [Theory]
    [InlineData("""{"Variable":"$.none","StringEquals":"a","Next":"N"}""", "'$.none'")]
    [InlineData("""{"Variable":"$.none","IsNull":true,"Next":"N"}""", "'$.none'")]
    [InlineData("""{"Variable":"$.a","StringEqualsPath":"$.other","Next":"N"}""", "'$.other'")]
    [InlineData("""{"Variable":"$unset","IsString":true,"Next":"N"}""", "'$unset'")]
    public void Should_fail_on_a_missing_value(string rule, string named)
    {
        var failure = Should.Throw<EvaluationException>(() => Matches(rule));

        failure.Error.ShouldBe("States.Runtime");
        failure.Cause.ShouldContain(named);
    }

    [Fact]
    public void Should_know_its_variables() =>
        Parse("""{"And":[{"Variable":"$a","IsNull":true},{"Not":{"Variable":"$b.c","NumericEqualsPath":"$a"}}],"Next":"N"}""").VariableNames.Order().ShouldBe(["a", "b"]);

    [Theory]
    [InlineData("""5""", "/C/0", "wrong-type")]
    [InlineData("""{"Variable":"$.a","Next":"N"}""", "/C/0", "missing-field")]
    [InlineData("""{"StringEquals":"a","Next":"N"}""", "/C/0", "missing-field")]
    [InlineData("""{"Variable":"a","StringEquals":"a","Next":"N"}""", "/C/0/Variable", "invalid-path")]
    [InlineData("""{"Variable":"States.ArrayLength($.a)","NumericEquals":1,"Next":"N"}""", "/C/0/Variable", "invalid-path")]
    [InlineData("""{"Variable":1,"StringEquals":"a","Next":"N"}""", "/C/0/Variable", "invalid-path")]
    [InlineData("""{"Variable":"$.a","StringEquals":1,"Next":"N"}""", "/C/0/StringEquals", "wrong-type")]
    [InlineData("""{"Variable":"$.a","StringMatches":1,"Next":"N"}""", "/C/0/StringMatches", "wrong-type")]
    [InlineData("""{"Variable":"$.a","IsPresent":"true","Next":"N"}""", "/C/0/IsPresent", "wrong-type")]
    [InlineData("""{"Variable":"$.a","NumericEquals":"1","Next":"N"}""", "/C/0/NumericEquals", "wrong-type")]
    [InlineData("""{"Variable":"$.a","TimestampEquals":"today","Next":"N"}""", "/C/0/TimestampEquals", "invalid-timestamp")]
    [InlineData("""{"Variable":"$.a","NumericEqualsPath":"b","Next":"N"}""", "/C/0/NumericEqualsPath", "invalid-path")]
    [InlineData("""{"Variable":"$.a","IsNullPath":"$.b","IsNull":true,"Next":"N"}""", "/C/0/IsNullPath", "unknown-field")]
    [InlineData("""{"Variable":"$.a","IsNull":true,"IsString":true,"Next":"N"}""", "/C/0/IsString", "exclusive-fields")]
    [InlineData("""{"Variable":"$.a","And":[{"Variable":"$.a","IsNull":true}],"Next":"N"}""", "/C/0/Variable", "exclusive-fields")]
    [InlineData("""{"And":[],"Next":"N"}""", "/C/0/And", "wrong-type")]
    [InlineData("""{"Or":[{"Variable":"$.a","IsNull":true},{"Not":{"Variable":"$.a"}}],"Next":"N"}""", "/C/0/Or/1/Not", "missing-field")]
    [InlineData("""{"Not":{"Variable":"$.a","IsNull":true,"Next":"M"},"Next":"N"}""", "/C/0/Not/Next", "unknown-field")]
    [InlineData("""{"Variable":"$.a","IsNull":true,"Condition":"x","Next":"N"}""", "/C/0/Condition", "unknown-field")]
    public void Should_point_at_what_is_wrong(string rule, string pointer, string id)
    {
        var findings = new List<Finding>();

        ChoiceRule.Parse(Given.Json(rule), findings, "/C/0");

        findings.Select(f => (f.Pointer, f.Rule)).ShouldBe([(pointer, id)]);
    }

    private static bool Matches(string rule) => Parse(rule).Matches(Given.Evaluation(Input));

    private static ChoiceRule Parse(string rule)
    {
        var findings = new List<Finding>();
        var parsed = ChoiceRule.Parse(Given.Json(rule), findings);
        findings.ShouldBeEmpty();
        return parsed.ShouldNotBeNull();
    }
}
