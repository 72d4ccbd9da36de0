using System.Text;
using System.Text.RegularExpressions;
using Flow.Jsonata.Values;

namespace Flow.Jsonata.Functions;

/// <summary>What the arguments of a function must be, as in <c>&lt;s-nn?:s&gt;</c>. A missing argument marked <c>-</c> is taken from the context.</summary>
internal sealed class Signature
{
    private const string AnyValue = "[asnblom]";
    private const string Anything = "[asnblfom]";

    private readonly List<Parameter> _parameters;
    private readonly Regex _whole;
    private readonly bool _isPlain;

    private Signature(List<Parameter> parameters)
    {
        _parameters = parameters;
        _whole = Pattern(parameters, isWhole: true);
        _isPlain = parameters.TrueForAll(p => p.Quantifier != "+");
    }

    public int Count => _parameters.Count;

    /// <exception cref="JsonataException">S0401, S0402: the text is no signature.</exception>
    public static Signature Parse(string text, int position = -1)
    {
        var parameters = new List<Parameter>();
        for (var i = 1; i < text.Length && text[i] is not (':' or '>'); i++)
        {
            switch (text[i])
            {
                case 's' or 'n' or 'b' or 'l' or 'o':
                    parameters.Add(new(text[i], $"[{text[i]}m]"));
                    break;
                case 'a':
                    parameters.Add(new('a', Anything));
                    break;
                case 'f':
                    parameters.Add(new('f', "f"));
                    break;
                case 'j':
                    parameters.Add(new('j', AnyValue));
                    break;
                case 'x':
                    parameters.Add(new('x', Anything));
                    break;
                case '-' when parameters.Count > 0:
                    parameters[^1] = parameters[^1] with { Quantifier = "?", ContextPattern = new Regex($@"\A{parameters[^1].Pattern}\z", RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1)) };
                    break;
                case '?' or '+' when parameters.Count > 0:
                    parameters[^1] = parameters[^1] with { Quantifier = text[i].ToString() };
                    break;
                case '(':
                    var close = Closing(text, i, '(', ')');
                    var choice = text[(i + 1)..close];
                    if (choice.Contains('<', StringComparison.Ordinal))
                        throw new JsonataException("S0402", $"A choice of types cannot hold types of elements: ({choice}).", position, choice);
                    parameters.Add(new('(', $"[{string.Concat(choice.Where(char.IsAsciiLetter))}m]"));
                    i = close;
                    break;
                case '<':
                    var end = Closing(text, i, '<', '>');
                    if (parameters is not [.., { Type: 'a' or 'f' } last])
                        throw new JsonataException("S0401", "Only arrays and functions have types of elements.", position);
                    parameters[^1] = last with { Element = text[(i + 1)..end] };
                    i = end;
                    break;
            }
        }

        return new(parameters);
    }

    /// <summary>The arguments as the function gets them: completed from the context, single values made arrays where arrays are wanted.</summary>
    /// <exception cref="JsonataException">T0410, T0411, T0412: they do not fit.</exception>
    public object?[] Validate(object?[] arguments, object? context)
    {
        if (_isPlain && TryPlace(arguments) is { } placed)
            return placed;

        var supplied = new string([.. arguments.Select(Symbol)]);
        var match = _whole.Match(supplied);
        if (!match.Success)
            throw new JsonataException("T0410", $"Argument {Misfit(supplied)} does not fit the signature of the function.");

        var result = new List<object?>(_parameters.Count);
        var next = 0;
        for (var i = 0; i < _parameters.Count; i++)
        {
            var parameter = _parameters[i];
            var symbols = match.Groups[i + 1].Value;
            if (symbols.Length == 0)
            {
                if (parameter.ContextPattern is null)
                    result.Add(next < arguments.Length ? arguments[next++] : null);
                else if (parameter.ContextPattern.IsMatch(Symbol(context).ToString()))
                    result.Add(context);
                else
                    throw new JsonataException("T0411", $"The context is not what argument {next + 1} of the function must be.");
            }

            foreach (var symbol in symbols)
            {
                var argument = next < arguments.Length ? arguments[next] : null;
                result.Add(parameter.Type == 'a' && symbol != 'm' ? parameter.AsArray(argument, symbol, next + 1) : argument);
                next++;
            }
        }

        return [.. result];
    }

    /// <summary>The arguments when they fit one by one, and none is to be taken from the context; null: look closer.</summary>
    private object?[]? TryPlace(object?[] arguments)
    {
        if (arguments.Length > _parameters.Count)
            return null;
        for (var i = 0; i < _parameters.Count; i++)
        {
            var parameter = _parameters[i];
            if (i < arguments.Length ? !parameter.Pattern.Contains(Symbol(arguments[i])) : parameter.Quantifier != "?" || parameter.ContextPattern is not null)
                return null;
        }

        var placed = arguments.Length == _parameters.Count ? arguments : new object?[_parameters.Count];
        for (var i = 0; i < arguments.Length; i++)
            placed[i] = _parameters[i].Type == 'a' && arguments[i] is { } argument ? _parameters[i].AsArray(argument, Symbol(argument), i + 1) : arguments[i];
        return placed;
    }

    private static Regex Pattern(IEnumerable<Parameter> parameters, bool isWhole)
    {
        var pattern = new StringBuilder(@"\A");
        foreach (var parameter in parameters)
            pattern.Append('(').Append(parameter.Pattern).Append(parameter.Quantifier).Append(')');
        return new Regex(pattern.Append(isWhole ? @"\z" : "").ToString(), RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1));
    }

    private int Misfit(string supplied)
    {
        var fitting = 0;
        for (var count = 1; count <= _parameters.Count; count++)
        {
            if (Pattern(_parameters.Take(count), isWhole: false).Match(supplied) is not { Success: true } match)
                return fitting + 1;
            fitting = match.Length;
        }

        return fitting + 1;
    }

    private static int Closing(string text, int start, char open, char close)
    {
        var depth = 1;
        for (var i = start + 1; i < text.Length; i++)
        {
            depth += text[i] == open ? 1 : text[i] == close ? -1 : 0;
            if (depth == 0)
                return i;
        }

        return text.Length - 1;
    }

    private static char Symbol(object? value) => value switch
    {
        null => 'm',
        string => 's',
        double => 'n',
        bool => 'b',
        ArrayValue => 'a',
        Function => 'f',
        JsonNull => 'l',
        _ => 'o',
    };

    private sealed record Parameter(char Type, string Pattern)
    {
        public string Quantifier { get; init; } = "";

        /// <summary>What the context must be, to stand in for the argument; null: it does not.</summary>
        public Regex? ContextPattern { get; init; }

        /// <summary>Type of the elements.</summary>
        public string? Element { get; init; }

        public ArrayValue AsArray(object? argument, char symbol, int number)
        {
            if (Element is { Length: > 0 } element && !(symbol == 'a' ? ((ArrayValue)argument!).Items.TrueForAll(item => Symbol(item) == element[0]) : symbol.ToString() == element))
                throw new JsonataException("T0412", $"Argument {number} of the function must be an array of '{element}'.");
            return argument as ArrayValue ?? new ArrayValue([argument]);
        }
    }
}
