using Flow.Hosting.Metrics;

namespace Flow.Hosting.Tests;

public sealed class LabelsTests
{
    public static TheoryData<KeyValuePair<string, object?>[], string> Cases => new()
    {
        { [], "" },
        { [new("b", 1), new("a", "x")], "a=\"x\",b=\"1\"" },
        { [new("http.route", "/runs/{id}")], "http_route=\"/runs/{id}\"" },
        { [new("w", "a\"b\\c\nd")], "w=\"a\\\"b\\\\c\\nd\"" },
        { [new("w", "<script>")], "w=\"<script>\"" },
        { [new("none", null), new("flag", true)], "flag=\"true\",none=\"\"" },
        { [new("le", "5"), new("__name__", "x")], "tag_le=\"5\",tag_name__=\"x\"" },
        { [new("a.b", "first"), new("a_b", "second")], "a_b=\"first\"" },
        { [new("half", "\ud83d")], "half=\"\ufffd\"" },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Are_sorted_and_escaped(KeyValuePair<string, object?>[] tags, string text) => Labels.Render(tags).ShouldBe(text);

    [Fact]
    public void Long_values_are_cut() => Labels.Render([new("w", new string('x', 5000))]).Length.ShouldBeLessThan(Labels.MaxValueLength + 10);
}
