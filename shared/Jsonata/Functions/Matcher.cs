using System.Text.RegularExpressions;
using Flow.Jsonata.Evaluation;
using Flow.Jsonata.Values;

namespace Flow.Jsonata.Functions;

/// <summary>One place where a text matches.</summary>
internal sealed record TextMatch(string Text, int Start, int End, IReadOnlyList<string?> Groups);

/// <summary>Finds matches: with a regular expression, or with a function that tells them in the same form.</summary>
internal static class Matcher
{
    /// <summary>Steps that a search counts as when nothing but the limit on its time bounds it.</summary>
    private const int BacktrackingSteps = 1_000;

    public static IEnumerable<TextMatch> Matches(Evaluator evaluator, Function pattern, string text) =>
        pattern is RegexFunction regex ? Matches(evaluator, regex, text) : MatchesOf(evaluator, pattern, text);

    /// <summary>The match at or after a place, as the object that a regular expression gives when it is called; null when there is none.</summary>
    public static object? Describe(Evaluator evaluator, RegexFunction pattern, string text, int start)
    {
        if (start > text.Length || Find(evaluator, pattern.Regex, text, start) is not { Success: true } match)
            return null;
        var groups = new ArrayValue();
        foreach (var group in GroupsOf(match))
            groups.Add(group);
        return new ObjectValue
        {
            ["match"] = match.Value,
            ["start"] = Numbers.Box(match.Index),
            ["end"] = Numbers.Box(match.Index + match.Length),
            ["groups"] = groups,
            ["next"] = new NativeFunction("next", null, 0, call => Describe(call.Evaluator, pattern, text, match.Index + match.Length)),
        };
    }

    private static IEnumerable<TextMatch> Matches(Evaluator evaluator, RegexFunction pattern, string text)
    {
        for (var start = 0; start <= text.Length;)
        {
            var match = Find(evaluator, pattern.Regex, text, start);
            if (!match.Success)
                yield break;
            yield return new(match.Value, match.Index, match.Index + match.Length, [.. GroupsOf(match)]);
            if (match.Length == 0)
                throw new JsonataException("D1004", $"The regular expression /{pattern.Regex}/ matches a text of no length: there is no next match.");
            start = match.Index + match.Length;
        }
    }

    /// <summary>What each group matched; one that took no part has no value.</summary>
    private static IEnumerable<string?> GroupsOf(Match match) => match.Groups.Cast<Group>().Skip(1).Select(g => g.Success ? g.Value : null);

    private static Match Find(Evaluator evaluator, Regex regex, string text, int start)
    {
        evaluator.Budget.Step(regex.Options.HasFlag(RegexOptions.NonBacktracking) ? 1 : BacktrackingSteps);
        try
        {
            var match = regex.Match(text, start);
            evaluator.Budget.Scan((match.Success ? match.Index + match.Length : text.Length) - start);
            return match;
        }
        catch (RegexMatchTimeoutException)
        {
            throw new JsonataException("U1001", $"The regular expression /{regex}/ takes too long on this text: it tries too many ways to match.");
        }
    }

    private static IEnumerable<TextMatch> MatchesOf(Evaluator evaluator, Function pattern, string text)
    {
        for (var found = evaluator.Apply(pattern, [text], null); found is not null;)
        {
            evaluator.Budget.Step();
            if (found is not ObjectValue match || match["match"] is not string matched || match["start"] is not double start || match["end"] is not double end
                || match["groups"] is not ArrayValue groups || match["next"] is not Function next)
            {
                throw new JsonataException("T1010", "A function that matches must give an object with match, start, end, groups and next.");
            }

            yield return new(matched, (int)start, (int)end, [.. groups.Items.Select(g => ValueText.Of(g, evaluator.Budget))]);
            found = evaluator.Apply(next, [], null);
        }
    }
}
