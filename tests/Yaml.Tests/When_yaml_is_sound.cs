using System.Text.Json;

namespace Flow.Yaml.Tests;

// capability 9
public sealed class When_yaml_is_sound
{
    [Theory]
    [InlineData("yes", "\"yes\"")]
    [InlineData("on", "\"on\"")]
    [InlineData("NO", "\"NO\"")]
    [InlineData("true", "true")]
    [InlineData("False", "false")]
    [InlineData("tRUE", "\"tRUE\"")]
    [InlineData("null", "null")]
    [InlineData("~", "null")]
    [InlineData("\"null\"", "\"null\"")]
    [InlineData("'12'", "\"12\"")]
    [InlineData("12", "12")]
    [InlineData("+12", "12")]
    [InlineData("-12", "-12")]
    [InlineData("012", "12")]
    [InlineData("0", "0")]
    [InlineData("0o17", "15")]
    [InlineData("0xFf", "255")]
    [InlineData("1_000", "\"1_000\"")]
    [InlineData("12e03", "12e03")]
    [InlineData("1.50", "1.50")]
    [InlineData(".5", "0.5")]
    [InlineData("-.5", "-0.5")]
    [InlineData("1.", "1")]
    [InlineData("1.e2", "1e2")]
    [InlineData("+1.5E-3", "1.5E-3")]
    [InlineData("1.2.3", "\"1.2.3\"")]
    [InlineData(".", "\".\"")]
    [InlineData("-", "[null]")]
    [InlineData("--1", "\"--1\"")]
    [InlineData("190:20:30", "\"190:20:30\"")]
    [InlineData("2026-05-01", "\"2026-05-01\"")]
    [InlineData("123456789012345678901234567890", "123456789012345678901234567890")]
    [InlineData("0.1234567890123456789", "0.1234567890123456789")]
    [InlineData("!!str 12", "\"12\"")]
    [InlineData("! 12", "\"12\"")]
    [InlineData("!!int \"12\"", "12")]
    [InlineData("!!float 1", "1")]
    [InlineData("!!null ''", "null")]
    [InlineData("|\n  a\n  b\n", "\"a\\nb\\n\"")]
    [InlineData(">-\n  a\n  b\n", "\"a b\"")]
    [InlineData("\"\\u00e9\\t\\\\\"", "\"é\\t\\\\\"")]
    [InlineData("\"\\ud83d\\ude00\"", "\"\\uD83D\\uDE00\"")]
    [InlineData("[1, two, [3]]", "[1,\"two\",[3]]")]
    [InlineData("{a: 1, b: {c: }}", "{\"a\":1,\"b\":{\"c\":null}}")]
    [InlineData("a: 1\nb:\n  - x\n  - y: z\n", "{\"a\":1,\"b\":[\"x\",{\"y\":\"z\"}]}")]
    [InlineData("1: a\ntrue: b\n0x10: c\n? d\n", "{\"1\":\"a\",\"true\":\"b\",\"0x10\":\"c\",\"d\":null}")]
    [InlineData("'<<': a", "{\"<<\":\"a\"}")]
    [InlineData("a: &x {n: 1}\nb: *x\nc: [*x, *x]", "{\"a\":{\"n\":1},\"b\":{\"n\":1},\"c\":[{\"n\":1},{\"n\":1}]}")]
    [InlineData("a: &x 1\nb: &x 2\nc: *x", "{\"a\":1,\"b\":2,\"c\":2}")]
    [InlineData("# remark\n---\na: 1 # remark\n...\n", "{\"a\":1}")]
    [InlineData("%YAML 1.2\n---\na: 1", "{\"a\":1}")]
    [InlineData("{\"a\": [1, true, null, \"x\"]}", "{\"a\":[1,true,null,\"x\"]}")]
    [InlineData("--- a", "\"a\"")]
    [InlineData("---", "null")]
    [InlineData("\uFEFFa: 1", "{\"a\":1}")]
    public void Should_give_the_same_value_as_json(string yaml, string json)
    {
        var reading = YamlText.ToJson(yaml);
        reading.Error.ShouldBeNull();
        reading.Json.ShouldBe(json);
        JsonDocument.Parse(reading.Json!).Dispose();
    }

    [Fact]
    public void Should_read_json_that_is_as_deep_as_allowed()
    {
        var text = new string('[', YamlText.MaxDepth) + new string(']', YamlText.MaxDepth);
        var reading = YamlText.ToJson(text);
        reading.Error.ShouldBeNull();
        JsonDocument.Parse(reading.Json!).Dispose();
    }
}
