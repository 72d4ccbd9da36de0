using System.Text.Json;

namespace Flow.Jsonata.Tests;

public sealed class When_texts_are_worked_on
{
    [Theory]
    [InlineData("$length('a😀b')", "3")]
    [InlineData("$substring('a😀b', 1)", "\"😀b\"")]
    [InlineData("$substring('a😀b', -2, 1)", "\"😀\"")]
    [InlineData("$substring('abc', -10, 2)", "\"ab\"")]
    [InlineData("$substring('abc', 1.9, 1.5)", "\"bc\"")]
    [InlineData("$substring('abc', nothing)", "\"abc\"")]
    [InlineData("$pad('😀', 3, 'ab')", "\"😀ab\"")]
    [InlineData("$pad('x', -4, '😀')", "\"😀😀😀x\"")]
    [InlineData("$split('a😀', '')", "[\"a\",\"😀\"]")]
    [InlineData("$split('a1b22c', /\\d+/)", "[\"a\",\"b\",\"c\"]")]
    [InlineData("$split('a,b,c', ',', 1.5)", "[\"a\"]")]
    [InlineData("$split('a1b2c', /\\d/, 1.5)", "[\"a\",\"b\"]")]
    [InlineData("$contains('abc', /(?=c)/)", "true")]
    [InlineData("$match('abc', /x*/)", "D1004")]
    [InlineData("$match('ab', /(a)|(b)/).[groups]", "[[\"a\",null],[null,\"b\"]]")]
    [InlineData("$replace('a-b', /(a)-(b)/, '$2$$$1$3')", "\"b$a\"")]
    [InlineData("$replace('aXbX', 'X', '$0', 1)", "\"a$0bX\"")]
    [InlineData("$replace('abc', '', 'x')", "D3010")]
    [InlineData("$replace('abc', /b/, function($m) { $m.index })", "D3012")]
    public void Should_count_code_points_and_follow_patterns(string expression, string expected) => Check(expression, expected);

    [Theory]
    [InlineData("$base64encode('Zürich €')", "\"WsO8cmljaCDigqw=\"")]
    [InlineData("$base64decode('WsO8cmljaCDigqw')", "\"Zürich €\"")]
    [InlineData("$base64decode('_-8=')", "\"ÿï\"")]
    [InlineData("$encodeUrlComponent('ä /?')", "\"%C3%A4%20%2F%3F\"")]
    [InlineData("$encodeUrl('ä /?')", "\"%C3%A4%20/?\"")]
    [InlineData("$decodeUrlComponent('%C3%A4%2F')", "\"ä/\"")]
    [InlineData("$decodeUrl('%C3%A4%2F')", "\"ä%2F\"")]
    [InlineData("$decodeUrl('%C3')", "D3140")]
    [InlineData("$decodeUrlComponent('100%')", "D3140")]
    [InlineData("$formatBase(-255, 16)", "\"-ff\"")]
    [InlineData("$formatBase(2.5, 2)", "\"10\"")]
    [InlineData("$formatBase(1, 1)", "D3100")]
    public void Should_encode(string expression, string expected) => Check(expression, expected);

    [Theory]
    [InlineData("$hash('abc', 'MD5')", "\"900150983cd24fb0d6963f7d28e17f72\"")]
    [InlineData("$hash('abc', 'SHA-1')", "\"a9993e364706816aba3e25717850c26c9cd0d89d\"")]
    [InlineData("$hash('abc', 'SHA-256')", "\"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad\"")]
    [InlineData("$length($hash('abc', 'SHA-384')) & '-' & $length($hash('abc', 'SHA-512'))", "\"96-128\"")]
    [InlineData("$hash('abc', 'sha256')", "D3142")]
    [InlineData("$partition([1..5], 2)", "[[1,2],[3,4],[5]]")]
    [InlineData("$partition([1], 4)", "[[1]]")]
    [InlineData("$partition([1], 0)", "D3143")]
    [InlineData("$range(0, 10, 3)", "[0,3,6,9]")]
    [InlineData("$range(3, 1, -1)", "[3,2,1]")]
    [InlineData("$range(1, 1, 1)", "1")]
    [InlineData("$range(2, 1, 1)", "Nothing")]
    [InlineData("$range(1, 2, 0)", "D3144")]
    [InlineData("$parse('{\"a\":[1,{\"b\":null}]}').a[1]", "{\"b\":null}")]
    [InlineData("$parse('{')", "D3145")]
    [InlineData("$random(1) = $random(1) and $random(1) != $random(2)", "true")]
    [InlineData("$random() < 1", "true")]
    [InlineData("$match($uuid(), /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/).index", "0")]
    public void Should_have_what_the_States_Language_adds(string expression, string expected) => Check(expression, expected);

    /// <param name="expression">The expression.</param>
    /// <param name="expected">The JSON of its value, "Nothing", or the code of the error.</param>
    private static void Check(string expression, string expected)
    {
        try
        {
            var result = JsonataExpression.Parse(expression).Evaluate(new JsonataEnvironment { Input = JsonElement.Parse("{}") });
            if (result.Kind == JsonataResultKind.Value)
                JsonElement.DeepEquals(result.Value, JsonElement.Parse(expected)).ShouldBeTrue(result.Value.GetRawText());
            else
                result.Kind.ToString().ShouldBe(expected);
        }
        catch (JsonataException exception)
        {
            exception.Code.ShouldBe(expected);
        }
    }
}
