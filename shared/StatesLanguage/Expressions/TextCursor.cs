using System.Text;

namespace Flow.StatesLanguage.Expressions;

/// <summary>The text does not follow the grammar. Caught by the TryParse that began.</summary>
internal sealed class SyntaxException(string message) : Exception(message);

/// <summary>A place in a text that is being parsed.</summary>
internal sealed class TextCursor(string text)
{
    private const int MaximumDepth = 32;
    private readonly HashSet<string> _variableNames = new(StringComparer.Ordinal);
    private int _depth;

    public string Text { get; } = Unicode.IsValid(text) ? text : throw new SyntaxException("it contains half of a surrogate pair.");

    public int Position { get; set; }

    public bool AtEnd => Position >= Text.Length;

    /// <summary>The character here; NUL at the end.</summary>
    public char Current => AtEnd ? '\0' : Text[Position];

    /// <summary>Variables met so far.</summary>
    public IReadOnlyCollection<string> VariableNames => _variableNames.Count == 0 ? [] : _variableNames;

    public void AddVariable(string name) => _variableNames.Add(name);

    public void SkipSpaces()
    {
        while (char.IsWhiteSpace(Current))
            Position++;
    }

    public bool TryTake(char expected)
    {
        if (AtEnd || Current != expected)
            return false;
        Position++;
        return true;
    }

    public bool TryTake(string expected)
    {
        if (!Text.AsSpan(Position).StartsWith(expected, StringComparison.Ordinal))
            return false;
        Position += expected.Length;
        return true;
    }

    /// <summary>The character here, whatever it is.</summary>
    public char Take() => AtEnd ? throw Error("more is expected") : Text[Position++];

    public void Expect(char expected)
    {
        if (!TryTake(expected))
            throw Error($"'{expected}' is expected");
    }

    public void ExpectEnd()
    {
        if (!AtEnd)
            throw Error($"'{(Rune.TryGetRuneAt(Text, Position, out var rune) ? rune : Rune.ReplacementChar)}' is not expected");
    }

    /// <summary>All characters from here that satisfy the condition.</summary>
    public string TakeWhile(Func<char, bool> condition)
    {
        var start = Position;
        while (!AtEnd && condition(Current))
            Position++;
        return Text[start..Position];
    }

    /// <summary>Bounds recursion: parses one level deeper.</summary>
    public T Nested<T>(Func<TextCursor, T> parse)
    {
        if (++_depth > MaximumDepth)
            throw Error($"more than {MaximumDepth} levels of nesting are not allowed");
        var result = parse(this);
        _depth--;
        return result;
    }

    public SyntaxException Error(string message) =>
        new(AtEnd ? $"{message}, but the text ends after character {Text.Length}." : $"{message} at character {Position + 1}.");
}
