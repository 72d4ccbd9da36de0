using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace Flow.StatesLanguage.Tests.Reading;

public partial class When_the_page_about_the_language_is_read
{
    private static readonly string Page = File.ReadAllText(Path.Combine(Path.GetDirectoryName(ThisFile())!, "..", "..", "..", "docs", "language.md"));

    [Fact]
    public void Should_explain_every_rule() => When_a_rule_is_checked.Pairs.Select(p => p.Data.Item1).Where(rule => !Page.Contains($"`{rule}`", StringComparison.Ordinal)).ShouldBeEmpty();

    [Fact]
    public void Should_show_definitions_that_are_sound()
    {
        var examples = Examples().Matches(Page).Select(m => m.Groups["text"].Value).ToList();

        examples.ShouldNotBeEmpty();
        examples.SelectMany(text => Definition.Read(text).Findings).ShouldBeEmpty();
    }

    [GeneratedRegex("```json\n(?<text>.*?)```", RegexOptions.Singleline)]
    private static partial Regex Examples();

    private static string ThisFile([CallerFilePath] string path = "") => path;
}
