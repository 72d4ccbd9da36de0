using System.Globalization;
using System.Text;

namespace Flow.Jsonata.Syntax;

/// <summary>Takes the text of an expression apart.</summary>
internal sealed class Tokenizer(string text)
{
    private int _at;

    /// <summary>The next word.</summary>
    /// <param name="afterOperand">Whether an operand stands before it: then a slash divides, else it opens a regular expression.</param>
    public Token Next(bool afterOperand)
    {
        SkipBlanksAndComments();
        if (_at >= text.Length)
            return new(TokenKind.End, "(end)", _at);

        var c = text[_at];
        if (c == '/' && !afterOperand)
            return Regex();
        if (_at + 1 < text.Length && Operators.Double.Contains(text.Substring(_at, 2)))
            return Operator(2);
        if (Operators.Breaking.Contains(c, StringComparison.Ordinal) && c is not ('!' or '~'))
            return Operator(1);
        return c switch
        {
            '"' or '\'' => Quoted(c),
            '`' => QuotedName(),
            '!' or '~' => Operator(1),
            _ when char.IsAsciiDigit(c) => Number(),
            _ => Name(),
        };
    }

    private Token Operator(int length)
    {
        var symbol = text.Substring(_at, length);
        _at += length;
        return new(TokenKind.Operator, symbol, _at);
    }

    private void SkipBlanksAndComments()
    {
        while (_at < text.Length)
        {
            if (IsBlank(text[_at]))
            {
                _at++;
            }
            else if (text[_at] == '/' && _at + 1 < text.Length && text[_at + 1] == '*')
            {
                var start = _at;
                var end = text.IndexOf("*/", _at + 2, StringComparison.Ordinal);
                if (end < 0)
                    throw new JsonataException("S0106", "The comment is not closed: '*/' is missing.", start);
                _at = end + 2;
            }
            else
            {
                return;
            }
        }
    }

    private Token Number()
    {
        var start = _at;
        Digits();
        if (_at + 1 < text.Length && text[_at] == '.' && char.IsAsciiDigit(text[_at + 1]))
        {
            _at++;
            Digits();
        }

        if (_at < text.Length && text[_at] is 'e' or 'E')
        {
            var mark = _at++;
            if (_at < text.Length && text[_at] is '+' or '-')
                _at++;
            if (_at < text.Length && char.IsAsciiDigit(text[_at]))
                Digits();
            else
                _at = mark;
        }

        // A leading zero stands alone, as in JSON.
        if (text[start] == '0' && _at > start + 1 && char.IsAsciiDigit(text[start + 1]))
            _at = start + 1;
        var digits = text[start.._at];
        var value = double.Parse(digits, NumberStyles.Float, CultureInfo.InvariantCulture);
        return double.IsFinite(value)
            ? new(TokenKind.Number, digits, _at, value)
            : throw new JsonataException("S0102", $"The number {digits} is out of range.", start, digits);
    }

    private void Digits()
    {
        while (_at < text.Length && char.IsAsciiDigit(text[_at]))
            _at++;
    }

    private Token Quoted(char quote)
    {
        var start = _at++;
        var value = new StringBuilder();
        while (_at < text.Length)
        {
            var c = text[_at++];
            if (c == quote)
                return new(TokenKind.Text, value.ToString(), _at);
            value.Append(c == '\\' ? Escape() : c);
        }

        throw new JsonataException("S0101", $"The text is not closed: {quote} is missing.", start);
    }

    private char Escape()
    {
        var c = _at < text.Length ? text[_at++] : '\0';
        switch (c)
        {
            case '"' or '\'' or '\\' or '/' or '`':
                return c;
            case 'b':
                return '\b';
            case 'f':
                return '\f';
            case 'n':
                return '\n';
            case 'r':
                return '\r';
            case 't':
                return '\t';
            case 'u':
                if (_at + 4 <= text.Length && ushort.TryParse(text.AsSpan(_at, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code))
                {
                    _at += 4;
                    return (char)code;
                }

                throw new JsonataException("S0104", @"\u must be followed by four hexadecimal digits.", _at);
            default:
                throw new JsonataException("S0103", $@"\{c} is no escape that a text can hold.", _at, c.ToString());
        }
    }

    private Token QuotedName()
    {
        var end = text.IndexOf('`', _at + 1);
        if (end < 0)
            throw new JsonataException("S0105", "The name is not closed: ` is missing.", _at);
        var name = text[(_at + 1)..end];
        _at = end + 1;
        return new(TokenKind.Name, name, _at);
    }

    private Token Name()
    {
        var start = _at;
        while (_at < text.Length && !IsBlank(text[_at]) && !Operators.Breaking.Contains(text[_at], StringComparison.Ordinal))
            _at++;
        var name = text[start.._at];
        return name switch
        {
            ['$', .. var variable] => new(TokenKind.Variable, variable, _at),
            "and" or "or" or "in" => new(TokenKind.Operator, name, _at),
            "true" => new(TokenKind.Literal, name, _at, true),
            "false" => new(TokenKind.Literal, name, _at, false),
            "null" => new(TokenKind.Literal, name, _at, Values.JsonNull.Value),
            _ => new(TokenKind.Name, name, _at),
        };
    }

    private Token Regex()
    {
        var start = ++_at;
        var depth = 0;
        for (; _at < text.Length; _at++)
        {
            var c = text[_at];
            if (c == '\\')
            {
                _at++;
            }
            else if (c == '/' && depth == 0)
            {
                var pattern = text[start.._at++];
                if (pattern.Length == 0)
                    throw new JsonataException("S0301", "A regular expression may not be empty.", _at);
                var flags = _at;
                while (_at < text.Length && text[_at] is 'i' or 'm')
                    _at++;
                return new(TokenKind.Regex, pattern, _at, RegexSyntax.Translate(pattern, text[flags.._at], _at));
            }
            else
            {
                depth += c is '(' or '[' or '{' ? 1 : c is ')' or ']' or '}' ? -1 : 0;
            }
        }

        throw new JsonataException("S0302", "The regular expression is not closed: / is missing.", start - 1);
    }

    private static bool IsBlank(char c) => c is ' ' or '\t' or '\n' or '\r' or '\v';
}
