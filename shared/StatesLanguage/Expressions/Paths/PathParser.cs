using System.Globalization;
using System.Text;

namespace Flow.StatesLanguage.Expressions.Paths;

/// <summary>Parses a path from the cursor on, up to the first character that cannot belong to it.</summary>
internal static class PathParser
{
    private const int MaximumSegments = 256;

    public static JsonPath Parse(TextCursor cursor)
    {
        var start = cursor.Position;
        cursor.Expect('$');
        if (cursor.TryTake('$'))
            return Finish(cursor, start, PathRoot.Context, null);

        var name = char.IsLetter(cursor.Current) || cursor.Current == '_' ? cursor.TakeWhile(c => char.IsLetterOrDigit(c) || c == '_') : null;
        if (name is null)
            return Finish(cursor, start, PathRoot.Input, null);

        cursor.AddVariable(name);
        return Finish(cursor, start, PathRoot.Variable, name);
    }

    /// <summary>A path from <c>@</c>, in a filter.</summary>
    public static JsonPath ParseRelative(TextCursor cursor)
    {
        var start = cursor.Position;
        cursor.Expect('@');
        return Finish(cursor, start, PathRoot.Current, null);
    }

    /// <summary>A text in single or double quotes.</summary>
    public static string ParseQuoted(TextCursor cursor)
    {
        var quote = cursor.Current;
        cursor.Position++;
        var text = new StringBuilder();
        while (!cursor.TryTake(quote))
        {
            if (cursor.AtEnd)
                throw cursor.Error($"a closing {quote} is expected");
            text.Append(cursor.TryTake('\\') ? ParseEscape(cursor) : cursor.Take());
        }

        return Unicode.IsValid(text.ToString()) ? text.ToString() : throw cursor.Error("half of a surrogate pair is not allowed");
    }

    private static JsonPath Finish(TextCursor cursor, int start, PathRoot root, string? variable)
    {
        var segments = new List<Segment>();
        while (TryParseSegment(cursor) is { } segment)
        {
            if (segments.Count == MaximumSegments)
                throw cursor.Error($"a path has at most {MaximumSegments} steps, one more is not allowed");
            segments.Add(segment);
        }

        // Several names give one object at the end of a definite path, and each a match of its own anywhere else.
        if (segments is [.. var before, UnionSegment { Segments: [MemberSegment, ..] } union] && before.TrueForAll(s => s.IsDefinite))
            segments[^1] = new MembersSegment([.. union.Segments.Cast<MemberSegment>().Select(m => m.Name)]);
        return new(cursor.Text[start..cursor.Position], root, variable, [.. segments], cursor.VariableNames);
    }

    private static Segment? TryParseSegment(TextCursor cursor)
    {
        if (cursor.TryTake(".."))
            return new DescentSegment(cursor.Current == '[' ? ParseBracket(cursor) : ParseDotted(cursor));
        if (cursor.TryTake('.'))
            return cursor.Current == '[' ? ParseBracket(cursor) : ParseDotted(cursor);
        return cursor.Current == '[' ? ParseBracket(cursor) : null;
    }

    private static Segment ParseDotted(TextCursor cursor)
    {
        if (cursor.TryTake('*'))
            return new WildcardSegment();

        var name = cursor.TakeWhile(c => !char.IsWhiteSpace(c) && !@".[]()'"",*?=<>!&|~{}".Contains(c, StringComparison.Ordinal));
        if (name.Length == 0)
            throw cursor.Error("a name is expected");
        if (cursor.Current == '(')
            throw cursor.Error($"paths have no functions such as {name}(): use an intrinsic function, e.g. States.ArrayLength,");
        return new MemberSegment(name);
    }

    private static Segment ParseBracket(TextCursor cursor)
    {
        cursor.Expect('[');
        cursor.SkipSpaces();
        Segment segment = cursor.Current switch
        {
            '*' => ParseDotted(cursor),
            '?' => ParseFilter(cursor),
            '(' => ParseFromEnd(cursor),
            '\'' or '"' => ParseUnion(cursor, c => new MemberSegment(ParseQuotedName(c))),
            _ => ParseIndexes(cursor),
        };
        cursor.SkipSpaces();
        cursor.Expect(']');
        return segment;
    }

    private static FilterSegment ParseFilter(TextCursor cursor)
    {
        cursor.Expect('?');
        var start = cursor.Position;
        var condition = cursor.Nested(FilterParser.Parse);
        return new(condition, cursor.Text[start..cursor.Position]);
    }

    /// <summary><c>(@.length-n)</c>: the old way to say <c>-n</c>.</summary>
    private static IndexSegment ParseFromEnd(TextCursor cursor)
    {
        var start = cursor.Position;
        if (!cursor.TryTake("(@.length") || ParseInteger(cursor) is not (< 0 and var index) || !cursor.TryTake(')'))
        {
            cursor.Position = start;
            throw cursor.Error("scripts other than (@.length-n) are not allowed");
        }

        return new(index);
    }

    private static Segment ParseIndexes(TextCursor cursor)
    {
        var first = ParseInteger(cursor);
        cursor.SkipSpaces();
        if (cursor.Current == ':')
            return ParseSlice(cursor, first);
        if (first is null)
            throw cursor.Error("a quoted name, an index, a slice, '*' or '?' is expected");

        var known = first;
        return ParseUnion(cursor, c =>
        {
            var index = known ?? ParseInteger(c) ?? throw c.Error("an index is expected");
            known = null;
            return new IndexSegment(index);
        });
    }

    private static SliceSegment ParseSlice(TextCursor cursor, int? start)
    {
        cursor.Expect(':');
        var end = ParseInteger(cursor);
        cursor.SkipSpaces();
        var step = cursor.TryTake(':') ? ParseInteger(cursor) : null;
        return step == 0 ? throw cursor.Error("a step of 0 is not allowed") : new(start, end, step);
    }

    /// <summary>One segment, or several with commas between.</summary>
    private static Segment ParseUnion(TextCursor cursor, Func<TextCursor, Segment> parse)
    {
        var segments = new List<Segment>();
        do
        {
            cursor.SkipSpaces();
            segments.Add(parse(cursor));
            cursor.SkipSpaces();
        }
        while (cursor.TryTake(','));
        return segments.Count == 1 ? segments[0] : new UnionSegment(segments);
    }

    private static string ParseQuotedName(TextCursor cursor) =>
        cursor.Current is '\'' or '"' ? ParseQuoted(cursor) : throw cursor.Error("a quoted name is expected");

    private static int? ParseInteger(TextCursor cursor)
    {
        cursor.SkipSpaces();
        var digits = cursor.TakeWhile(c => char.IsAsciiDigit(c) || c == '-');
        if (digits.Length == 0)
            return null;
        return int.TryParse(digits, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw cursor.Error($"'{digits}' is not an index, which is not allowed");
    }

    private static char ParseEscape(TextCursor cursor) => cursor.Take() switch
    {
        'n' => '\n',
        't' => '\t',
        'r' => '\r',
        'b' => '\b',
        'f' => '\f',
        'u' => ParseCodeUnit(cursor),
        var other => other,
    };

    private static char ParseCodeUnit(TextCursor cursor)
    {
        var digits = string.Concat(cursor.Take(), cursor.Take(), cursor.Take(), cursor.Take());
        return ushort.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var unit)
            ? (char)unit
            : throw cursor.Error("four hexadecimal digits are expected after \\u");
    }
}
