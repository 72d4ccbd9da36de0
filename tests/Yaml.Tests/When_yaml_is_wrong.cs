namespace Flow.Yaml.Tests;

public sealed class When_yaml_is_wrong
{
    [Theory]
    [InlineData("", 1, 1, "empty")]
    [InlineData("  \n# remark\n", 0, 0, "empty")]
    [InlineData("a: 1\nb: 2\na: 3\n", 3, 1, "'a' is there already")]
    [InlineData("a: 1\n'a': 2", 2, 1, "'a' is there already")]
    [InlineData("a: 1\n---\nb: 2\n", 2, 1, "second document")]
    [InlineData("a: *x\n", 1, 4, "*x has no anchor &x")]
    [InlineData("a: &x\n  b: *x\n", 2, 6, "contain itself")]
    [InlineData("base: &b {a: 1}\nc:\n  <<: *b\n", 3, 3, "Merge keys")]
    [InlineData("? [1, 2]\n: x\n", 1, 3, "key must be a string")]
    [InlineData("a: !Sub x\n", 1, 4, "!Sub")]
    [InlineData("a: !!int x\n", 1, 4, "!!int")]
    [InlineData("a: !!set {x: }\n", 1, 4, "set")]
    [InlineData("a: .inf\n", 1, 4, "no counterpart")]
    [InlineData("a: .NaN\n", 1, 4, "no counterpart")]
    [InlineData("a: \"\\ud800\"\n", 0, 0, "")]
    [InlineData("a: [1, 2\n", 0, 0, "")]
    [InlineData("a: 1\n b: 2\n", 0, 0, "")]
    [InlineData("a:\n\t- b\n", 0, 0, "")]
    [InlineData("a: \"open\n", 0, 0, "")]
    [InlineData("%YAML 9.9\n---\na: 1\n", 0, 0, "")]
    [InlineData("@", 1, 1, "")]
    public void Should_say_what_and_where(string yaml, int line, int column, string message)
    {
        var reading = YamlText.ToJson(yaml);
        reading.Json.ShouldBeNull();
        var error = reading.Error.ShouldNotBeNull();
        error.Message.ShouldContain(message);
        error.Line.ShouldBeGreaterThan(0);
        error.Column.ShouldBeGreaterThan(0);
        if (line > 0)
            (error.Line, error.Column).ShouldBe((line, column));
    }

    [Fact]
    public void Should_refuse_what_is_too_deep()
    {
        var depth = YamlText.MaxDepth + 1;
        YamlText.ToJson(new string('[', depth) + new string(']', depth)).Error!.Message.ShouldContain("deeper than 64");
        YamlText.ToJson(string.Concat(Enumerable.Repeat("- ", 100_000)) + "x").Error!.Message.ShouldContain("deeper than 64");
    }

    [Fact]
    public void Should_refuse_what_is_too_long() => YamlText.ToJson(new string('x', YamlText.MaxTextLength + 1)).Error!.Message.ShouldContain("at most");

    [Fact]
    public void Should_refuse_a_billion_laughs()
    {
        var lines = Enumerable.Range(1, 9).Select(i => $"a{i}: &a{i} [{string.Join(", ", Enumerable.Repeat($"*a{i - 1}", 10))}]");
        var text = "a0: &a0 [\"lol\"]\n" + string.Join('\n', lines);
        YamlText.ToJson(text).Error!.Message.ShouldContain("aliases expanded");
    }

    [Fact]
    public void Should_refuse_aliases_that_multiply_one_long_text()
    {
        var text = $"a: &a {new string('x', 1_000_000)}\nb: [{string.Join(", ", Enumerable.Repeat("*a", 10_000))}]";
        YamlText.ToJson(text).Error!.Message.ShouldContain("aliases expanded");
    }

    [Fact]
    public void Should_refuse_aliases_that_nest_too_deep()
    {
        var text = "- &a0 []\n" + string.Join('\n', Enumerable.Range(1, 70).Select(i => $"- &a{i} [*a{i - 1}]"));
        YamlText.ToJson(text).Error!.Message.ShouldContain("deeper than 64");
    }
}
