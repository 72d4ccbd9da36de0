using FsCheck;
using FsCheck.Fluent;

namespace Flow.Jsonata.Tests.Robustness;

/// <summary>Whatever the text, parsing answers, and evaluating gives a value, nothing, a function or the one documented exception, twice the same.</summary>
public sealed class When_texts_are_arbitrary
{
    private static readonly string[] Pieces =
    [
        "$", "$$", "$v", "%", ".", "a", "b", "`a`", "[", "]", "(", ")", "{", "}", "?", "?:", "??", "*", "**", ",", ":", ";", ":=", "~>", "^(", "<", ">", "@$i", "#$j", "|", "..", "0", "-1", "2.5", "1e9",
        "'x'", "\"\\u0041\"", "\\", " ", "=", "!=", "<=", "&", "+", "-", "/", "/a+/i", "in", "and", "or", "true", "null", "function($x){", "λ($x,$y)<n-n:n>{", "λ($x)<(z-a):n>{$x}(1)", "<(s\\]:x>", "$sum(", "$map(a,", "$filter(",
        "$reduce(", "$string(", "$split(", "$match(", "$replace(", "$pad(", "$range(", "$partition(", "$parse(", "$hash(", "$fromMillis(", "$toMillis(", "$formatNumber(", "$sort(", "$single(", "$each(",
        "$error(", "$assert(", "/* c */", "é", "\ud83d\ude00", "\ud800", "$x($x)",
    ];

    private static readonly string[] Sound =
    [
        "a[$ > 0]", "b.d[0][-1]", "a{ $string($): 1 }", "a^(<$string($))", "$map(a, function($v, $i) { $i & $string($v) })", "$ ~> | b | {'a': 1}, ['c'] |", "a#$i[$i > 1].{ 'i': $i, 'v': $ }",
        "b.d.%.%.c", "($f := function($n) { $n <= 1 ? 1 : $n * $f($n - 1) }; $f(10))", "$replace(c, /(a)(n)?/, '[$1$2]')", "$v.list ~> $sort() ~> $join('-')", "[1..5][$ % 2 = 1]", "$fromMillis(0, '[Y]-[M01]-[D01]')",
        "$reduce([1..9], function($a, $b) { $a * $b })", "$split(c, /n/)", "$lookup(b, 'a') ? 'yes' : 'no'", "**.a", "$spread(b)", "$formatNumber(12.5, '#0.00')", "$partition([1..7], 3)", "$parse('{\"x\":[1]}').x",
        "$random(7)", "$uuid()", "$now() & $millis()", "$shuffle([1..4])", "a@$x.b@$y[$x = $y]", "$match(c, /a(.)/).groups",
    ];

    [Fact]
    public void Should_answer_random_texts() => Check(ArbMap.Default.GeneratorFor<string?>().Select(s => s ?? ""), 1_000);

    [Fact]
    public void Should_answer_random_mixtures_of_the_grammar() => Check(Gen.Elements(Pieces).ListOf().Resize(20).Select(string.Concat), 4_000);

    [Fact]
    public void Should_answer_damaged_expressions() => Check(
        from text in Gen.Elements(Sound)
        from at in Gen.Choose(0, text.Length - 1)
        from length in Gen.Choose(0, Math.Min(3, text.Length - at))
        from piece in Gen.Elements(Pieces)
        select text[..at] + piece + text[(at + length)..],
        4_000);

    [Fact]
    public void Should_answer_expressions_within_expressions() => Check(
        from outer in Gen.Elements(Sound)
        from inner in Gen.Elements(Sound)
        from at in Gen.Choose(0, outer.Length)
        select outer[..at] + $"({inner})" + outer[at..],
        2_000);

    [Fact]
    public void Should_evaluate_what_is_sound()
    {
        foreach (var text in Sound)
            JsonataExpression.TryParse(text, out _, out var error).ShouldBeTrue($"{text}: {error?.Message}");
    }

    private static void Check(Gen<string> texts, int count) =>
        Prop.ForAll(texts.ToArbitrary(), text => Array.TrueForAll(Given.Inputs, input =>
        {
            var outcome = Given.Outcome(text, input);
            return outcome.Length > 0 && outcome == Given.Outcome(text, input);
        })).Check(Config.QuickThrowOnFailure.WithMaxTest(count));
}
