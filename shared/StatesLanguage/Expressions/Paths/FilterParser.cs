using System.Text.Json;
using System.Text.RegularExpressions;

namespace Flow.StatesLanguage.Expressions.Paths;

/// <summary>Parses the condition of a filter: <c>||</c> binds less than <c>&amp;&amp;</c>, that less than <c>!</c> and comparisons.</summary>
internal static class FilterParser
{
    public static Condition Parse(TextCursor cursor)
    {
        var conditions = Separated(cursor, "||", ParseAll);
        return conditions.Count == 1 ? conditions[0] : new AnyCondition(conditions);
    }

    private static Condition ParseAll(TextCursor cursor)
    {
        var conditions = Separated(cursor, "&&", ParseOne);
        return conditions.Count == 1 ? conditions[0] : new AllCondition(conditions);
    }

    private static List<Condition> Separated(TextCursor cursor, string separator, Func<TextCursor, Condition> parse)
    {
        var conditions = new List<Condition>();
        do
        {
            conditions.Add(parse(cursor));
            cursor.SkipSpaces();
        }
        while (cursor.TryTake(separator));
        return conditions;
    }

    private static Condition ParseOne(TextCursor cursor)
    {
        cursor.SkipSpaces();
        if (cursor.TryTake('!'))
            return new NotCondition(cursor.Nested(ParseOne));
        if (!cursor.TryTake('('))
            return ParseComparison(cursor);

        var condition = cursor.Nested(Parse);
        cursor.Expect(')');
        return condition;
    }

    private static Condition ParseComparison(TextCursor cursor)
    {
        var left = ParseOperand(cursor);
        cursor.SkipSpaces();
        if (cursor.TryTake("=~"))
            return new RegexCondition(left, ParseRegex(cursor));

        var comparison = char.IsAsciiLetter(cursor.Current) ? ParseWord(cursor) : Comparisons.All.FirstOrDefault(c => cursor.TryTake(c.Name)).Comparison;
        if (comparison is not null)
            return new ComparisonCondition(left, comparison, ParseOperand(cursor));
        return left.Path is { } path ? new ExistsCondition(path) : throw cursor.Error("a comparison is expected");
    }

    private static Comparison ParseWord(TextCursor cursor)
    {
        var word = cursor.TakeWhile(char.IsAsciiLetter);
        return Comparisons.All.FirstOrDefault(c => c.Name.Equals(word, StringComparison.OrdinalIgnoreCase)).Comparison
            ?? throw cursor.Error($"'{word}' is not a comparison ({string.Join(' ', Comparisons.All.Select(c => c.Name))} =~ are), it is not allowed");
    }

    private static Operand ParseOperand(TextCursor cursor)
    {
        cursor.SkipSpaces();
        return cursor.Current switch
        {
            '@' => new(PathParser.ParseRelative(cursor), default),
            '$' => new(PathParser.Parse(cursor), default),
            _ => new(null, ParseLiteral(cursor)),
        };
    }

    private static JsonElement ParseLiteral(TextCursor cursor)
    {
        cursor.SkipSpaces();
        return cursor.Current switch
        {
            '\'' or '"' => JsonBuffer.Text(PathParser.ParseQuoted(cursor)),
            '[' => cursor.Nested(ParseList),
            _ => ParseBare(cursor),
        };
    }

    private static JsonElement ParseList(TextCursor cursor)
    {
        cursor.Expect('[');
        var items = new List<JsonElement>();
        cursor.SkipSpaces();
        while (!cursor.TryTake(']'))
        {
            if (items.Count > 0)
                cursor.Expect(',');
            items.Add(ParseLiteral(cursor));
            cursor.SkipSpaces();
        }

        return JsonBuffer.Array(items);
    }

    /// <summary>A number, true, false or null; any other word is taken as a text without its quotes, as definitions in the wild have it.</summary>
    private static JsonElement ParseBare(TextCursor cursor)
    {
        var word = cursor.TakeWhile(c => char.IsLetterOrDigit(c) || c is '-' or '+' or '.' or '_');
        if (word.Length == 0)
            throw cursor.Error("a path or a value is expected");
        try
        {
            return JsonElement.Parse(word);
        }
        catch (JsonException)
        {
            return JsonBuffer.Text(word);
        }
    }

    private static Regex ParseRegex(TextCursor cursor)
    {
        cursor.SkipSpaces();
        cursor.Expect('/');
        var start = cursor.Position;
        while (cursor.Current != '/')
        {
            if (cursor.Take() == '\\')
                cursor.Take();
        }

        var expression = cursor.Text[start..cursor.Position++];
        var flags = cursor.TakeWhile(char.IsAsciiLetter);
        // An engine that does not go back: time is linear in the text, whatever the expression.
        var options = RegexOptions.NonBacktracking | RegexOptions.CultureInvariant;
        foreach (var flag in flags)
        {
            options |= flag switch
            {
                'i' => RegexOptions.IgnoreCase,
                'm' => RegexOptions.Multiline,
                's' => RegexOptions.Singleline,
                'x' => RegexOptions.IgnorePatternWhitespace,
                _ => throw cursor.Error($"'{flag}' is not a flag of a regular expression (i, m, s and x are), it is not allowed"),
            };
        }

        try
        {
            return new($@"\A(?:{expression})\z", options);
        }
        catch (Exception exception) when (exception is ArgumentException or NotSupportedException)
        {
            throw cursor.Error($"the regular expression is refused ({exception.Message})");
        }
    }
}
