using System.Text.Json;
using Flow.StatesLanguage.Expressions.Paths;

namespace Flow.StatesLanguage.Expressions.Intrinsics;

/// <summary>Parses a call from the cursor on.</summary>
internal static class CallParser
{
    public static Call Parse(TextCursor cursor)
    {
        var start = cursor.Position;
        var name = cursor.TakeWhile(c => char.IsAsciiLetterOrDigit(c) || c == '.');
        if (!Functions.ByName.TryGetValue(name, out var function))
        {
            cursor.Position = start;
            throw cursor.Error($"'{name}' is not an intrinsic function ({string.Join(", ", Functions.ByName.Keys)} are), it is not allowed");
        }

        var arguments = cursor.Nested(ParseArguments);
        Check(cursor, function, arguments);
        return new(function, arguments, cursor.Text[start..cursor.Position]);
    }

    private static List<Argument> ParseArguments(TextCursor cursor)
    {
        var arguments = new List<Argument>();
        cursor.Expect('(');
        cursor.SkipSpaces();
        if (cursor.TryTake(')'))
            return arguments;

        do
        {
            cursor.SkipSpaces();
            arguments.Add(ParseArgument(cursor));
            cursor.SkipSpaces();
        }
        while (cursor.TryTake(','));
        cursor.Expect(')');
        return arguments;
    }

    private static Argument ParseArgument(TextCursor cursor) => cursor.Current switch
    {
        '$' => new PathArgument(PathParser.Parse(cursor)),
        '\'' => ParseText(cursor),
        'S' => Parse(cursor),
        _ => ParsePlain(cursor),
    };

    private static Literal ParseText(TextCursor cursor)
    {
        cursor.Expect('\'');
        var start = cursor.Position;
        var text = new System.Text.StringBuilder();
        while (!cursor.TryTake('\''))
        {
            if (cursor.AtEnd)
                throw cursor.Error("a closing ' is expected");
            if (cursor.TryTake('\\') && cursor.Current is not ('\'' or '{' or '}' or '\\'))
                throw cursor.Error(@"after a backslash only ' { } and another backslash are allowed, which is broken");
            text.Append(cursor.Take());
        }

        return new(JsonBuffer.Text(text.ToString()), cursor.Text[start..(cursor.Position - 1)]);
    }

    private static Literal ParsePlain(TextCursor cursor)
    {
        var start = cursor.Position;
        var word = cursor.TakeWhile(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '+' or '.');
        try
        {
            return new(JsonElement.Parse(word));
        }
        catch (JsonException)
        {
            cursor.Position = start;
            throw cursor.Error("a path, a call, a text in single quotes, a number, true, false or null is expected");
        }
    }

    private static void Check(TextCursor cursor, Function function, List<Argument> arguments)
    {
        if (!function.Takes(arguments.Count))
            throw cursor.Error($"{function.Name} takes {function.Arity}, not {arguments.Count} as in the call that ends");

        try
        {
            foreach (var (index, argument) in arguments.Index())
            {
                if (argument is Literal literal)
                    function.Check(index, literal.Value.ValueKind);
            }
        }
        catch (ArgumentRefusedException exception)
        {
            throw cursor.Error($"{exception.Message}, in the call that ends");
        }
    }
}
