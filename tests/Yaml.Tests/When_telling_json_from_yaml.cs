namespace Flow.Yaml.Tests;

public sealed class When_telling_json_from_yaml
{
    [Theory]
    [InlineData("order.asl.json", TextFormat.Json)]
    [InlineData("ORDER.YAML", TextFormat.Yaml)]
    [InlineData("/a/b.yml", TextFormat.Yaml)]
    [InlineData("order.txt", null)]
    [InlineData("order", null)]
    public void Should_go_by_the_file_extension(string name, TextFormat? format) => TextFormats.FromFileName(name).ShouldBe(format);

    [Theory]
    [InlineData("application/json", TextFormat.Json)]
    [InlineData("Application/JSON; charset=utf-8", TextFormat.Json)]
    [InlineData("application/problem+json", TextFormat.Json)]
    [InlineData("application/yaml", TextFormat.Yaml)]
    [InlineData("text/x-yaml", TextFormat.Yaml)]
    [InlineData("application/vnd.flow+yaml", TextFormat.Yaml)]
    [InlineData("text/plain", null)]
    [InlineData("", null)]
    [InlineData(null, null)]
    public void Should_go_by_the_content_type(string? contentType, TextFormat? format) => TextFormats.FromContentType(contentType).ShouldBe(format);

    [Theory]
    [InlineData(" \r\n\t{\"a\": 1}", TextFormat.Json)]
    [InlineData("\uFEFF[1]", TextFormat.Json)]
    [InlineData("a: 1", TextFormat.Yaml)]
    [InlineData("# remark", TextFormat.Yaml)]
    [InlineData("", TextFormat.Yaml)]
    public void Should_go_by_the_first_character(string text, TextFormat format) => TextFormats.FromText(text).ShouldBe(format);
}
