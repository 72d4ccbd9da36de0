namespace Flow.Jsonata.Syntax;

internal enum TokenKind
{
    End,
    Name,
    Variable,
    Text,
    Number,

    /// <summary>true, false or null.</summary>
    Literal,
    Regex,
    Operator,
}

/// <summary>A word of an expression.</summary>
/// <param name="Kind">What kind of word.</param>
/// <param name="Text">Name, text or operator as it is meant.</param>
/// <param name="Position">Index of the character after it.</param>
/// <param name="Value">The value of a number, literal or regular expression.</param>
internal readonly record struct Token(TokenKind Kind, string Text, int Position, object? Value = null)
{
    public bool Is(string symbol) => Kind == TokenKind.Operator && Text == symbol;
}
