using Flow.StatesLanguage.Expressions;

namespace Flow.StatesLanguage.Tests.Expressions;

public sealed class When_a_path_is_parsed
{
    [Theory]
    [InlineData("$", true, true)]
    [InlineData("$.a.b[0]", true, true)]
    [InlineData("$['a b'][0]", true, true)]
    [InlineData("$.a ", true, true)]
    [InlineData("$.a[-1]", true, false)]
    [InlineData("$.a[(@.length-1)].b", true, false)]
    [InlineData("$['a','b']", true, false)]
    [InlineData("$$", true, false)]
    [InlineData("$$.Execution.Id", true, false)]
    [InlineData("$name.a", true, false)]
    [InlineData("$.a[*]", false, false)]
    [InlineData("$.a[0:1]", false, false)]
    [InlineData("$.a[0,1]", false, false)]
    [InlineData("$..a", false, false)]
    [InlineData("$.a[?(@.b)]", false, false)]
    public void Should_know_its_kind(string text, bool isDefinite, bool isReferencePath)
    {
        var path = Given.Path(text);

        path.Text.ShouldBe(text.TrimEnd());
        path.IsDefinite.ShouldBe(isDefinite);
        path.IsReferencePath.ShouldBe(isReferencePath);
    }

    [Theory]
    [InlineData("$.a", "")]
    [InlineData("$$.a", "")]
    [InlineData("$über_2.a", "über_2")]
    [InlineData("$a[?(@.x == $b && $a)].c", "a b")]
    public void Should_know_its_variables(string text, string names) => string.Join(' ', Given.Path(text).VariableNames.Order()).ShouldBe(names);

    [Theory]
    [InlineData("", "character 0")]
    [InlineData("a", "character 1")]
    [InlineData("$.", "a name is expected")]
    [InlineData("$.a b", "'b' is not expected at character 5")]
    [InlineData("$.a[(@.size-1)]", "scripts other than (@.length-n)")]
    [InlineData("$.a..", "a name is expected")]
    [InlineData("$.a[", "a quoted name, an index")]
    [InlineData("$.a[]", "character 5")]
    [InlineData("$.a[x]", "character 5")]
    [InlineData("$.a[1", "']' is expected")]
    [InlineData("$.a[1,]", "an index is expected")]
    [InlineData("$.a[1,'b']", "an index is expected")]
    [InlineData("$.a['b',1]", "a quoted name is expected")]
    [InlineData("$.a[99999999999]", "not an index")]
    [InlineData("$.a[::0]", "step of 0")]
    [InlineData("$.a['b", "a closing ' is expected")]
    [InlineData(@"$['\ud800']", "surrogate")]
    [InlineData("$.a[?(@.b == )]", "a path or a value is expected")]
    [InlineData("$.a[?(@.b like 'x')]", "'like' is not a comparison")]
    [InlineData("$.a[?(1)]", "a comparison is expected")]
    [InlineData("$.a[?(@.b]", "')' is expected")]
    [InlineData("$.a[?(@.b =~ /(/)]", "regular expression is refused")]
    [InlineData(@"$.a[?(@.b =~ /(x)\1/)]", "regular expression is refused")]
    [InlineData("$.a[?(@.b =~ /x/q)]", "'q' is not a flag")]
    [InlineData("$.a.length()", "paths have no functions")]
    public void Should_say_what_is_wrong_and_where(string text, string error)
    {
        JsonPath.TryParse(text, out var path, out var message).ShouldBeFalse();

        path.ShouldBeNull();
        message.ShouldNotBeNull().ShouldContain(error);
    }

    [Fact]
    public void Should_bound_steps_and_nesting()
    {
        JsonPath.TryParse("$" + string.Concat(Enumerable.Repeat(".a", 257)), out _, out var steps).ShouldBeFalse();
        steps.ShouldNotBeNull().ShouldContain("256 steps");
        JsonPath.TryParse("$[?" + new string('(', 10_000), out _, out var nesting).ShouldBeFalse();
        nesting.ShouldNotBeNull().ShouldContain("levels of nesting");
    }
}
