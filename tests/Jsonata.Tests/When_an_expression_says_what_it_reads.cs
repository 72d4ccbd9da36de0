namespace Flow.Jsonata.Tests;

public sealed class When_an_expression_says_what_it_reads
{
    [Theory]
    [InlineData("1", "")]
    [InlineData("$a", "")]
    [InlineData("$a.b.c", "a.b")]
    [InlineData("$a.`b c`.d + $a.b.x", "a.b, a.b c")]
    [InlineData("$a.\"b\"[0]", "a.b")]
    [InlineData("$a.b[$c.d > 1].e", "a.b, c.d")]
    [InlineData("$f($a.b, function($x) { $x.y })", "a.b, x.y")]
    [InlineData("{ 'k': $a.b }.($c.d)", "a.b, c.d")]
    [InlineData("$a[0].b", "a.b")]
    [InlineData("$a.(b)", "")]
    [InlineData("$a.*", "")]
    [InlineData("'$a.b' & /a.b/", "")]
    public void Should_name_the_members_of_variables(string text, string members) =>
        string.Join(", ", JsonataExpression.Parse(text).Members.Select(m => $"{m.Variable}.{m.Member}").Order(StringComparer.Ordinal)).ShouldBe(members);

    [Theory]
    [InlineData("1", "")]
    [InlineData("$a + $sum($b.c)", "a, b, sum")]
    [InlineData("( $x := $.a; $x )", ", x")]
    public void Should_name_its_variables_and_functions(string text, string names) =>
        string.Join(", ", JsonataExpression.Parse(text).VariableNames.Order(StringComparer.Ordinal)).ShouldBe(names);
}
