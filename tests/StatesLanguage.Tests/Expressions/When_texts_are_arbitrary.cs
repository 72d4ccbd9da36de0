using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using Flow.StatesLanguage.Expressions;

namespace Flow.StatesLanguage.Tests.Expressions;

/// <summary>Whatever the text, parsing answers, and evaluating gives a value or the one documented exception.</summary>
public sealed class When_texts_are_arbitrary
{
    private static readonly string[] Inputs =
    [
        """{"a":[1,-2.5,"x",null,{"b":true,"a":[]}],"b":{"a":"2020-01-01T00:00:00Z","c":1e400},"":0}""", "[[],{},\"\"]", "\"\\ud800\"", """{"a":"\udc00","b":["\ud800"]}""", "null",
    ];

    private static readonly string[] Pieces =
    [
        "$", "$$", "$a", "@", ".", "..", "a", "b", "[", "]", "(", ")", "?", "?(", "*", ",", ":", "0", "-1", "2", "'", "\"", "\\", " ", "==", "!=", "<", ">=", "&&", "||", "!", "=~", "/a/", "in",
        "true", "null", "1.5", "[0]", "['a']", "[?(@.a)]", "[*]", "States.", "States.Format(", "States.Array(", "States.MathAdd(", "States.StringSplit(", "States.ArrayUnique($..*", "'{}'", "{}", "é", "\ud83d\ude00", "\ud800", "\\u",
    ];

    [Fact]
    public void Should_answer_random_texts() => Check(ArbMap.Default.GeneratorFor<string?>().Select(s => s ?? ""));

    [Fact]
    public void Should_answer_random_mixtures_of_the_grammar() => Check(Gen.Elements(Pieces).ListOf().Select(string.Concat));

    [Fact]
    public void Should_answer_damaged_expressions()
    {
        string[] sound =
        [
            "$.a[?(@.b == true && !(@.a =~ /x.*/i))].a", "$..a[0,1]", "$.a[::-1]", "$['b'].c", "$$.Execution['Name']", "States.Format('{} \\{\\}', $.a, States.Array(1, 'b', $a[0]))",
            "States.ArrayContains($.a, States.StringToJson('[1]'))", "States.JsonMerge($.b, $.b, false)", "States.Hash($.b.a, 'SHA-256')",
        ];
        var damaged =
            from text in Gen.Elements(sound)
            from at in Gen.Choose(0, text.Length - 1)
            from length in Gen.Choose(0, Math.Min(3, text.Length - at))
            from piece in Gen.Elements(Pieces)
            select text[..at] + piece + text[(at + length)..];
        Check(damaged);
    }

    [Fact]
    public void Should_take_back_any_name_in_brackets()
    {
        var names = ArbMap.Default.GeneratorFor<string?>().Select(s => s ?? "").Where(s => Unicode.IsValid(s));
        Prop.ForAll(names.ToArbitrary(), name =>
        {
            var quoted = name.Replace(@"\", @"\\", StringComparison.Ordinal).Replace("'", @"\'", StringComparison.Ordinal);
            var path = Given.Path($"$['{quoted}']");
            return ReferencePath.Set(Given.Json("{}"), path, Given.Json("7")).GetProperty(name).GetInt32() == 7
                && path.Evaluate(Given.Evaluation(JsonSerializer.Serialize(new Dictionary<string, int> { [name] = 8 }))).GetInt32() == 8;
        }).QuickCheckThrowOnFailure();
    }

    private static void Check(Gen<string> texts) =>
        Prop.ForAll(texts.ToArbitrary(), Answers).Check(Config.QuickThrowOnFailure.WithMaxTest(3_000));

    private static bool Answers(string text)
    {
        if (!Expression.TryParse(text, out var expression, out var error))
            return error.Length > 0 && Unicode.IsValid(error);

        foreach (var input in Inputs)
        {
            try
            {
                expression.Evaluate(Given.Evaluation(input)).GetRawText().ShouldNotBeEmpty();
            }
            catch (EvaluationException failure)
            {
                failure.Error.ShouldStartWith("States.");
                failure.Cause.ShouldNotBeEmpty();
            }
        }

        return true;
    }
}
