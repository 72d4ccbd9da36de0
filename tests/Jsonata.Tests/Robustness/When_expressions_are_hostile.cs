using System.Diagnostics;
using System.Text.Json;

namespace Flow.Jsonata.Tests.Robustness;

/// <summary>What would take all time, all memory or all of the stack ends in an error, soon.</summary>
public sealed class When_expressions_are_hostile
{
    /// <summary>Very generous: seconds and not hours, on a slow machine with other work.</summary>
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(20);

    public static TheoryData<string, string, string> Nestings => new()
    {
        { "(", "1", ")" }, { "[", "1", "]" }, { "{'a':", "1", "}" }, { "-", "1", "" }, { "1+", "1", "" }, { "1?", "1", ":2" },
        { "true?1:", "1", "" }, { "a.", "a", "" }, { "a[", "0", "]" }, { "f(", "", ")" }, { "$f(", "", ")" }, { "function(){", "1", "}" },
        { "$a:=", "1", "" }, { "1&", "1", "" }, { "a~>", "$b", "" }, { "a^(", "a", ")" }, { "a{a:", "a", "}" }, { "|a|", "{}", "|" },
        { "a.%.", "%", "" }, { "(a;", "1", ")" }, { "[1..", "1", "]" }, { "a??", "1", "" }, { "a?:", "1", "" }, { "λ($x)<", "n", ">{$x}" },
        { "λ($x)<a<", "n", ">>{$x}" }, { "/(", "a", ")/" }, { "/* ", "", " */" }, { "$map(", "a", ", $f)" }, { "1 in ", "a", "" },
        { "a and ", "a", "" },
    };

    public static TheoryData<string> Runaways =>
    [
        "( $f := function() { $f() }; $f() )",
        "( $f := function($n) { $f($n + 1) }; $f(0) )",
        "( $f := function($n) { 1 + $f($n) }; $f(0) )",
        "( $f := function($n) { [$f($n), $f($n)] }; $f(0) )",
        "( $y := function($x) { $x($x) }; $y($y) )",
        "( $a := function($n) { $b($n) }; $b := function($n) { 1 + $a($n) }; $a(0) )",
        "( $f := function($n) { $map([$n], $f) }; $f(0) )",
        "( $f := function($n) { $sort([2, 1], function($l, $r) { $f($n) }) }; $f(0) )",
        "( $f := function($n) { $replace('a', /a/, function($m) { $f($n) }) }; $f(0) )",
        "( $f := function($n) { $n ~> | $ | $f($n) | }; $f({}) )",
        "( $f := function($n) { $n.($f($)) }; $f(1) )",
        "( $f := function($n) { $n[$f($)] }; $f(1) )",
        "( $f := function($n) { { 'a': $f($n) } }; $f(1) )",
        "( $f := function($n) { $n > 0 ? $f($n - 1) + $f($n - 1) : 1 }; $f(60) )",
        "( $f := function($x) { $reduce([1, 2], function($a, $b) { $f($a) }) }; $f(1) )",
    ];

    public static TheoryData<string> Gluttons =>
    [
        "[1..10000000]", "[1..9999999].[1..9999999]", "$sum([1..9999999])", "[0..3000].[0..3000]", "$pad('x', 1000000000)", "$pad('x', -1e300, 'yz')", "$range(0, 1e300, 1)", "$range(0, 1, 1e-300)",
        "( $f := function($s, $n) { $n = 0 ? $s : $f($s & $s, $n - 1) }; $f('0123456789', 60) )",
        "( $f := function($s, $n) { $n = 0 ? $s : $f([$s, $s], $n - 1) }; $f([1], 60) )",
        "( $f := function($s, $n) { $n = 0 ? $s : $f($append($s, $s), $n - 1) }; $f([1, 2], 60) )",
        "( $f := function($s, $n) { $n = 0 ? $string($s) : $f({ 'a': $s, 'b': $s }, $n - 1) }; $f(1, 60) )",
        "( $f := function($s, $n) { $n = 0 ? $s : $f($replace($s, /./, '$0$0'), $n - 1) }; $f('ab', 60) )",
        "( $f := function($s, $n) { $n = 0 ? $s : $f($join([$s, $s, $s]), $n - 1) }; $f('ab', 60) )",
        "( $f := function($s, $n) { $n = 0 ? $s : $f($base64encode($s), $n - 1) }; $f('ab', 200) )",
        "( $f := function($s, $n) { $n = 0 ? $s : $f($encodeUrlComponent($s), $n - 1) }; $f('%%%%', 200) )",
        "$map([1..2000], function($i) { $split($pad('', $i, 'ab'), '') })",
        "$reduce([1..100000], function($a, $b) { $append($a, $b) }, [])",
        "$spread($merge([1..100000].{ $string($): $ }))",
        "$zip([1..100000], [1..100000])",
        "$formatNumber(1, $pad('', 3000000, '0'))", "$formatInteger(1, $pad('', 3000000, '0'))", "$fromMillis(0, $pad('', 3000000, '[Y,999]'))",
        "$split($pad('', 1000000, 'a'), '')", "$match($pad('', 1000000, 'a'), /a/)", "$partition([1..200000], 1)", "$distinct([1..50000])", "$sort([1..100000], function($l, $r) { $l < $r })",
        "$parse($pad('', 1000000, '['))", "$string([1..100000].[1..10])", "[1..1000].$now()", "[1..100000].$uuid()",
    ];

    public static TheoryData<string> Patterns =>
    [
        "/(a+)+$/", "/(a|a)*$/", "/(a|aa)+$/", "/^(([a-z])+.)+[A-Z]([a-z])+$/", "/(.*)*x/", "/(?=(a+))\\1+b/", "/(a*)*(a*)*(a*)*b/", "/^(a?){40}a{40}$/", "/(x+x+)+y/", "/(?:(?:a{1,50}){1,50}){1,50}b/",
        "/a{1,1000}{1,1000}/", "/(/", "/[/", "/a**/", "/(?<n>a)\\k<n>/", "/\\u{1F600}/", "/[^]/", "/$^/",
    ];

    [Theory]
    [MemberData(nameof(Nestings))]
    public void Should_answer_what_is_nested_deep(string opening, string middle, string closing) =>
        Within(Repeated(opening) + middle + Repeated(closing)).ShouldNotBeEmpty();

    [Theory]
    [MemberData(nameof(Runaways))]
    public void Should_stop_recursion_without_end(string text) => Within(text).ShouldBe("U1001");

    [Theory]
    [MemberData(nameof(Runaways))]
    public void Should_keep_within_the_stack_at_the_standard_limits(string text) =>
        Within(text, JsonataLimits.Default with { MaxSteps = 2_000_000 }).ShouldBe("U1001");

    [Theory]
    [MemberData(nameof(Gluttons))]
    public void Should_bound_what_values_take(string text)
    {
        var before = GC.GetTotalAllocatedBytes();

        Within(text).ShouldNotBeEmpty();

        // Garbage of every step counts here and not there: tens of times the limit, and not thousands.
        (GC.GetTotalAllocatedBytes() - before).ShouldBeLessThan(128 * Given.Limits.MaxBytes);
    }

    [Theory]
    [MemberData(nameof(Patterns))]
    public void Should_not_be_held_up_by_a_pattern(string pattern)
    {
        foreach (var function in (string[])["$contains", "$match", "$split"])
            Within($"{function}($pad('', 3000, 'a') & '!', {pattern})").ShouldNotBeEmpty();
        Within($"$replace($pad('', 3000, 'a') & '!', {pattern}, 'b')").ShouldNotBeEmpty();
    }

    [Fact]
    public void Should_bound_the_depth_of_data_it_walks()
    {
        var deep = JsonElement.Parse(new string('[', 999) + new string(']', 999), new JsonDocumentOptions { MaxDepth = 1000 });

        foreach (var text in (string[])["**", "[[[$]]]", "{'a':{'b':[$]}}", "$[$]", "$keys($)", "$lookup($, 'a')", "a", "*", "$ in [$]", "$merge([$])", "$not($)", "$ ? 1 : 2", "$string($)", "$ = $", "$", "[$, $]", "{'a': $}", "$distinct([$, $])", "$ ~> |**|{'a':1}|", "$count($.$.$)", "$type($)", "$spread($)", "$boolean($)"])
            Within(text, Given.Limits, deep).ShouldNotBeEmpty(text);
    }

    [Theory]
    [InlineData("$s ? 1 : 2")]
    [InlineData("$s = $s")]
    [InlineData("$s = $t")]
    [InlineData("$string($s)")]
    [InlineData("$s")]
    [InlineData("$s & ''")]
    [InlineData("-$s")]
    [InlineData("$s + 1")]
    [InlineData("$s.a")]
    [InlineData("$s.*")]
    [InlineData("$s.**")]
    [InlineData("$keys($s)")]
    [InlineData("$lookup($s, 'a')")]
    [InlineData("$spread($s)")]
    [InlineData("$distinct([$s, $t])")]
    [InlineData("$s ~> |**|{'b': 1}|")]
    [InlineData("$not($s)")]
    [InlineData("$s in [$t]")]
    [InlineData("$formatNumber(1, '0', {'digit': $s})")]
    [InlineData("$error($s)")]
    [InlineData("$s^($)")]
    [InlineData("$sort([$s, $t])")]
    public void Should_bound_the_size_and_depth_of_data_it_makes(string use)
    {
        foreach (var made in (string[])["[[$x]]", "{'a': $x}", "[[$x], [$x]]", "{'a': $x, 'b': $x}"])
            Within($"( $f := function($x, $n) {{ $n = 0 ? $x : $f({made}, $n - 1) }}; $s := $f([], 3000); $t := $f([], 3000); {use} )", JsonataLimits.Default).ShouldNotBeEmpty(made);
    }

    [Theory]
    [InlineData("[1..1000000].$contains($s, 'b')")]
    [InlineData("[1..1000000][$s = $t]")]
    [InlineData("[1..1000000].$length($s)")]
    [InlineData("[1..1000000].$substringAfter($s, 'b')")]
    [InlineData("[1..1000000].$contains($s, /b/)")]
    [InlineData("[1..1000000].$toMillis($s, '[Y]')")]
    [InlineData("[1..1000000].($s > $t)")]
    public void Should_count_the_texts_it_reads(string use) =>
        Within($"( $s := $pad('', 5000000, 'a'); $t := $pad('', 5000000, 'a'); {use} )", JsonataLimits.Default).ShouldBe("U1001");

    private static string Repeated(string text) => string.Concat(Enumerable.Repeat(text, 100_000));

    private static string Within(string text, JsonataLimits? limits = null, JsonElement input = default)
    {
        var watch = Stopwatch.StartNew();
        var outcome = Given.OutcomeOnSmallStack(text, input, limits);
        watch.Elapsed.ShouldBeLessThan(Soon);
        return outcome;
    }
}
