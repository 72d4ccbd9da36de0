using YamlDotNet.Core;

namespace Flow.Yaml;

/// <summary>What is wrong with a YAML text, and where.</summary>
/// <param name="Line">Line, from 1.</param>
/// <param name="Column">Column, from 1.</param>
/// <param name="Message">What is wrong and how to mend it.</param>
public sealed record YamlError(int Line, int Column, string Message)
{
    /// <summary>E.g. <c>line 3, column 5: …</c>.</summary>
    public override string ToString() => $"line {Line}, column {Column}: {Message}";
}

/// <summary>A YAML text as JSON, or what is wrong with it. Exactly one of the two is null.</summary>
/// <param name="Json">The same value as JSON text.</param>
/// <param name="Error">The first thing wrong with the text.</param>
public sealed record YamlReading(string? Json, YamlError? Error);

/// <summary>
/// YAML as another way to write JSON: one document, string keys without duplicates, and the scalars of YAML 1.2's core schema, so that
/// <c>no</c>, <c>on</c> and <c>"1"</c> stay strings. Anchors and aliases are expanded, within bounds.
/// </summary>
public static class YamlText
{
    /// <summary>Longest text read, in characters.</summary>
    public const int MaxTextLength = 2 * 1024 * 1024;

    /// <summary>Longest JSON made, in bytes: aliases that multiply beyond it are refused.</summary>
    public const int MaxJsonBytes = 8 * 1024 * 1024;

    /// <summary>Deepest nesting; what System.Text.Json reads by default, so the JSON made can always be read.</summary>
    public const int MaxDepth = 64;

    /// <summary>Turns YAML into JSON. Never throws on any text.</summary>
    public static YamlReading ToJson(string yaml)
    {
        if (yaml.Length > MaxTextLength)
            return new(null, new(1, 1, $"The text has {yaml.Length} characters; at most {MaxTextLength} are read."));

        Parser? parser = null;
        try
        {
            parser = new Parser(new Scanner(new StringReader(yaml.TrimStart('\uFEFF'))));
            return new(JsonText.Write(new NodeReader(parser).ReadDocument()), null);
        }
        catch (YamlTextException e)
        {
            return new(null, e.Error);
        }
        catch (YamlException e)
        {
            return new(null, At(e.Start, Sentence(e.Message)));
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException or IndexOutOfRangeException or FormatException or OverflowException)
        {
            // The scanner lets such escape on some malformed texts; for the user each of them is a syntax error.
            return new(null, At(parser?.Current?.End ?? Mark.Empty, "This is not YAML."));
        }
    }

    internal static YamlError At(Mark mark, string message) => new((int)Math.Max(1, mark.Line), (int)Math.Max(1, mark.Column), message);

    private static string Sentence(string message) => message.EndsWith('.') ? message : message + ".";
}
