using System.Text.Json;
using Flow.StatesLanguage.Expressions;

namespace Flow.StatesLanguage.Tests.Expressions;

// capability 16
public sealed class When_an_intrinsic_is_called
{
    private const string Failure = "States.IntrinsicFailure";

    private const string Input = """
        {"name":"Ada","n":1.5,"object":{"a":1,"b":[],"c":{"d":null,"e":"x"}},"list":[1,2,3,4,5],"none":null,"brace":"a {} b","json":"{\"k\": [1, 2]}",
        "mixed":[null,null,true,1,1.0,"1",[],[],{"a":1,"b":2},{"b":2,"a":1},[1],[2]],"yes":true}
        """;

    [Theory]
    [InlineData("States.Format('plain')", "\"plain\"")]
    [InlineData("States.Format('Hello {}, {}', $.name, 'x')", "\"Hello Ada, x\"")]
    [InlineData("States.Format('{}{}{}', 1.50, true, null)", "\"1.50truenull\"")]
    [InlineData("States.Format('{}', $.object)", "\"{a=1, b=[], c={d=null, e=x}}\"")]
    [InlineData("States.Format('{}', $.list)", "\"[1, 2, 3, 4, 5]\"")]
    [InlineData(@"States.Format('\{\} \{{}\} \' \\', $.n)", @"""{} {1.5} ' \\""")]
    [InlineData("States.Format('{\"k\":{}}', 1)", @"""{\""k\"":1}""")]
    [InlineData("States.Format($.brace, 7)", "\"a 7 b\"")]
    [InlineData("States.Format('{}')", Failure)]
    [InlineData("States.Format('{}', 1, 2)", Failure)]
    [InlineData("States.Format($.n, 2)", Failure)]
    [InlineData("States.StringToJson($.json)", """{"k":[1,2]}""")]
    [InlineData("States.StringToJson('')", "null")]
    [InlineData("States.StringToJson('  ')", "null")]
    [InlineData("States.StringToJson('\"a\"')", "\"a\"")]
    [InlineData("States.StringToJson('{')", Failure)]
    [InlineData("States.StringToJson('1 2')", Failure)]
    [InlineData("States.StringToJson($.n)", Failure)]
    [InlineData("States.JsonToString($.object)", @"""{\""a\"":1,\""b\"":[],\""c\"":{\""d\"":null,\""e\"":\""x\""}}""")]
    [InlineData("States.JsonToString('a')", @"""\""a\""""")]
    [InlineData("States.StringSplit('a,b;;c', ',;')", """["a","b","c"]""")]
    [InlineData("States.StringSplit(',,', ',')", "[]")]
    [InlineData("States.StringSplit('', ',')", "[]")]
    [InlineData("States.StringSplit('ab', '')", "[\"ab\"]")]
    [InlineData("States.StringSplit('a😀b😁c', '😀')", """["a","b😁c"]""")]
    [InlineData("States.Base64Encode('Grüße')", "\"R3LDvMOfZQ==\"")]
    [InlineData("States.Base64Decode('R3LDvMOfZQ==')", "\"Grüße\"")]
    [InlineData("States.Base64Decode('')", "\"\"")]
    [InlineData("States.Base64Decode('%')", Failure)]
    [InlineData("States.Base64Decode('/w==')", Failure)]
    [InlineData("States.Hash('abc', 'MD5')", "\"900150983cd24fb0d6963f7d28e17f72\"")]
    [InlineData("States.Hash('abc', 'SHA-1')", "\"a9993e364706816aba3e25717850c26c9cd0d89d\"")]
    [InlineData("States.Hash('abc', 'SHA-256')", "\"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad\"")]
    [InlineData("States.Hash('abc', 'SHA256')", Failure)]
    public void Should_work_on_text(string call, string outcome) => Given.Outcome(call, Input).ShouldBe(outcome);

    [Theory]
    [InlineData("States.Array()", "[]")]
    [InlineData("States.Array('a', 1, null, $.none, $.list[0:2])", """["a",1,null,null,[1,2]]""")]
    [InlineData("States.ArrayPartition($.list, 2)", "[[1,2],[3,4],[5]]")]
    [InlineData("States.ArrayPartition($.list, 1.5)", "[[1,2],[3,4],[5]]")]
    [InlineData("States.ArrayPartition(States.Array(), 2)", "[]")]
    [InlineData("States.ArrayPartition($.list, 9999999999)", "[[1,2,3,4,5]]")]
    [InlineData("States.ArrayPartition($.list, 0)", Failure)]
    [InlineData("States.ArrayPartition($.list, -1)", Failure)]
    [InlineData("States.ArrayPartition($.n, 1)", Failure)]
    [InlineData("States.ArrayContains($.list, 3)", "true")]
    [InlineData("States.ArrayContains($.list, 3.0)", "true")]
    [InlineData("States.ArrayContains($.list, '3')", "false")]
    [InlineData("States.ArrayContains($.list, null)", "false")]
    [InlineData("States.ArrayContains($.mixed, States.StringToJson('{\"b\":2,\"a\":1}'))", "true")]
    [InlineData("States.ArrayRange(1, 9, 2)", "[1,3,5,7,9]")]
    [InlineData("States.ArrayRange(1, 9, 9)", "[1]")]
    [InlineData("States.ArrayRange(5, 5, -3)", "[5]")]
    [InlineData("States.ArrayRange(5, -2, -3)", "[5,2,-1]")]
    [InlineData("States.ArrayRange(5, 1, 1)", "[]")]
    [InlineData("States.ArrayRange(1, 9, 0)", Failure)]
    [InlineData("States.ArrayRange(1, 1001, 1)", Failure)]
    [InlineData("States.ArrayRange(-9223372036854775808, 9223372036854775807, 1)", Failure)]
    [InlineData("States.ArrayGetItem($.list, 4)", "5")]
    [InlineData("States.ArrayGetItem($.list, 5)", Failure)]
    [InlineData("States.ArrayGetItem($.list, -1)", Failure)]
    [InlineData("States.ArrayLength($.mixed)", "12")]
    [InlineData("States.ArrayLength($.name)", Failure)]
    [InlineData("States.ArrayUnique($.mixed)", """[null,true,1,"1",[],{"a":1,"b":2},[1],[2]]""")]
    public void Should_work_on_arrays(string call, string outcome) => Given.Outcome(call, Input).ShouldBe(outcome);

    [Theory]
    [InlineData("States.MathAdd(1, 2)", "3")]
    [InlineData("States.MathAdd($.n, 0)", "2")]
    [InlineData("States.MathAdd(2.5, 0)", "3")]
    [InlineData("States.MathAdd(-0.5, 0)", "0")]
    [InlineData("States.MathAdd(-1.5, 0)", "-1")]
    [InlineData("States.MathAdd(-2.5, 0)", "-2")]
    [InlineData("States.MathAdd(1.49, 1.5)", "3")]
    [InlineData("States.MathAdd(0.49999999999999994, 0)", "0")]
    [InlineData("States.MathAdd(1e3, 1)", "1001")]
    [InlineData("States.MathAdd(9223372036854775807, 1)", Failure)]
    [InlineData("States.MathAdd(1e300, 1)", Failure)]
    [InlineData("States.MathAdd($.name, 1)", Failure)]
    [InlineData("States.MathRandom(3, 4)", "3")]
    [InlineData("States.MathRandom(3, 3)", Failure)]
    [InlineData("States.MathRandom(4, 3)", Failure)]
    [InlineData("States.JsonMerge($.object, States.StringToJson('{\"c\":0,\"z\":9}'), false)", """{"a":1,"b":[],"c":0,"z":9}""")]
    [InlineData("States.JsonMerge($.object, $.object, true)", Failure)]
    [InlineData("States.JsonMerge($.object, $.list, false)", Failure)]
    [InlineData("States.MathAdd($.missing, 1)", "States.Runtime")]
    [InlineData("States.ArrayGetItem(States.StringSplit('a-b-c', '-'), States.MathAdd(States.ArrayLength($names), -1))", "\"b\"")]
    public void Should_work_on_numbers_and_objects(string call, string outcome) => Given.Outcome(call, Input).ShouldBe(outcome);

    [Theory]
    [InlineData(@"""\u00e9\ud83d\ude00""", "\"é😀\"")]
    [InlineData(@"""\u0001\n\/\""""", @"""\u0001\n/\""""")]
    [InlineData("{ \"a\" : 1.50 }", "{\"a\":1.50}")]
    public void Should_print_JSON_without_whitespace_and_needless_escapes(string json, string outcome)
    {
        Expression.TryParse("States.JsonToString($)", out var expression, out _).ShouldBeTrue();

        expression.Evaluate(Given.Evaluation(json)).GetString().ShouldBe(outcome);
    }

    [Fact]
    public void Should_draw_UUIDs_that_differ_within_a_step_and_not_between_repetitions()
    {
        Expression.TryParse("States.Array(States.UUID(), States.UUID())", out var expression, out _).ShouldBeTrue();

        var (first, again) = (expression.Evaluate(Given.Evaluation("{}")), expression.Evaluate(Given.Evaluation("{}")));
        first[0].GetGuid().ShouldNotBe(first[1].GetGuid());
        first.GetRawText().ShouldBe(again.GetRawText());
    }

    [Fact]
    public void Should_draw_the_same_number_for_the_same_seed()
    {
        var drawn = Enumerable.Range(0, 50).Select(i => Given.Outcome($"States.MathRandom(0, 1000000, {i})", "{}")).ToList();

        drawn.Distinct().Count().ShouldBeGreaterThan(45);
        drawn[7].ShouldBe(Given.Outcome("States.Format('{}', States.MathRandom(0, 1000000, 7))", "{}").Trim('"'));
    }

    [Fact]
    public void Should_refuse_data_over_ten_thousand_characters()
    {
        var input = JsonSerializer.Serialize(new { fits = new string('a', 10_000), tooLong = new string('a', 10_001) });

        Given.Outcome("States.Hash($.fits, 'MD5')", input).ShouldNotBe(Failure);
        Given.Outcome("States.Hash($.tooLong, 'MD5')", input).ShouldBe(Failure);
        Given.Outcome("States.Base64Encode($.tooLong)", input).ShouldBe(Failure);
        Given.Outcome("States.Base64Decode($.tooLong)", input).ShouldBe(Failure);
    }

    [Fact]
    public void Should_name_the_call_that_fails()
    {
        Expression.TryParse("States.Array(States.ArrayGetItem($.a, 3), $.b)", out var expression, out _).ShouldBeTrue();

        Should.Throw<EvaluationException>(() => expression.Evaluate(Given.Evaluation("""{"a":[1]}"""))).Cause
            .ShouldBe("The function 'States.ArrayGetItem($.a, 3)' had the following error: there is no item 3 in an array of 1");
        Should.Throw<EvaluationException>(() => expression.Evaluate(Given.Evaluation("""{"a":[1,2,3,4]}"""))).Cause
            .ShouldContain("""The JsonPath argument for the field '$.b' could not be found in the input '{"a":[1,2,3,4]}'""");
    }
}
