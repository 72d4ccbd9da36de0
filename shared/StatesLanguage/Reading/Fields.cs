using System.Text.Json;
using Flow.StatesLanguage.Expressions;
using Flow.StatesLanguage.Expressions.Queries;
using Flow.StatesLanguage.States;

namespace Flow.StatesLanguage.Reading;

/// <summary>The fields of one JSON object of a definition: read one by one, each checked; what was not read is unknown.</summary>
internal sealed class Fields(JsonElement source, string pointer, ICollection<Finding> findings, QueryLanguage language = QueryLanguage.JSONPath)
{
    private readonly HashSet<string> _known = new(StringComparer.Ordinal);

    public string Pointer { get; } = pointer;

    public ICollection<Finding> Findings { get; } = findings;

    /// <summary>The query language its expressions are in.</summary>
    public QueryLanguage Language { get; set; } = language;

    /// <summary>The language of the whole definition, which the states of a machine in it take over.</summary>
    public QueryLanguage MachineLanguage { get; init; } = language;

    /// <summary>Whether it runs as an express execution, which knows no waiting for jobs and tokens.</summary>
    public bool IsExpress { get; init; }

    public bool IsJsonata => Language == QueryLanguage.JSONata;

    public string PointerTo(string field) => Json.Step(Pointer, field);

    public void Add(string field, string rule, string message) => Findings.Add(new(PointerTo(field), rule, message));

    public void AddHere(string rule, string message) => Findings.Add(new(Pointer, rule, message));

    /// <summary>The value of a field; null when it is absent.</summary>
    public JsonElement? Value(string field)
    {
        _known.Add(field);
        return source.TryGetProperty(field, out var value) ? value : null;
    }

    /// <summary>The value of a field if it has this kind; a finding when it has another.</summary>
    public JsonElement? Value(string field, JsonValueKind kind)
    {
        if (Value(field) is not { } value)
            return null;

        if (value.ValueKind == kind)
            return value;

        Add(field, Rules.WrongType, $"'{field}' must be {NameOf(kind)}, but is {NameOf(value.ValueKind)}.");
        return null;
    }

    public string? Text(string field) => Value(field, JsonValueKind.String)?.GetString();

    public string? RequiredText(string field)
    {
        if (!source.TryGetProperty(field, out _))
            Missing(field);
        return Text(field);
    }

    public bool Flag(string field)
    {
        if (Value(field) is not { } value)
            return false;
        if (value.ValueKind is JsonValueKind.True or JsonValueKind.False)
            return value.GetBoolean();
        Add(field, Rules.WrongType, $"'{field}' must be true or false.");
        return false;
    }

    public int? Integer(string field, int least, int most = 99_999_999)
    {
        if (Value(field, JsonValueKind.Number) is not { } value)
            return null;
        if (value.TryGetInt32(out var number) && number >= least && number <= most)
            return number;
        Add(field, Rules.OutOfRange, $"'{field}' must be a whole number from {least} to {most}.");
        return null;
    }

    public double? Real(string field, double least, double most)
    {
        if (Value(field, JsonValueKind.Number) is not { } value)
            return null;
        if (value.GetDouble() is var number && number >= least && number <= most)
            return number;
        Add(field, Rules.OutOfRange, $"'{field}' must be {(most == double.MaxValue ? $"at least {least}" : $"from {least} to {most}")}.");
        return null;
    }

    public JsonPath? Path(string field)
    {
        if (Text(field) is not { } text)
            return null;
        if (JsonPath.TryParse(text, out var path, out var error))
            return path;
        Add(field, Rules.InvalidPath, $"'{text}' is not a path: {error}");
        return null;
    }

    public Selection Selection(string field) => Value(field) switch
    {
        null => States.Selection.All,
        { ValueKind: JsonValueKind.Null } => new(null, Discards: true),
        _ => new(Path(field)),
    };

    public Placement Placement(string field)
    {
        if (Value(field) is { ValueKind: JsonValueKind.Null })
            return new(null, Discards: true);
        var path = Path(field);
        if (path is { IsReferencePath: false })
        {
            Add(
                field,
                Rules.InvalidResultPath,
                $"'{path.Text}' names no single place in the input: '{field}' may only hold '$', names and indexes, as in '$.order.items[0]'.");
        }

        return path is null or { Text: "$" } ? States.Placement.Whole : new(path);
    }

    /// <summary>JSON in which expressions stand.</summary>
    /// <param name="field">The field.</param>
    /// <param name="outcome">What <c>$states</c> has in it, if it is in JSONata.</param>
    public Template? Template(string field, Outcome outcome = Outcome.None)
    {
        if (Value(field) is not { } value)
            return null;
        return IsJsonata ? JsonataTemplate.Parse(value, Findings, PointerTo(field), field, outcome) : PayloadTemplate.Parse(value, Findings, PointerTo(field));
    }

    /// <summary>A whole number, or where it is found.</summary>
    public Sourced<double?>? Integral(string field, int least, int most = 99_999_999) => Found<double?>(field, name => Integer(name, least, most));

    /// <summary>A number, or where it is found.</summary>
    public Sourced<double?>? Decimal(string field, double least, double most) => Found(field, name => Real(name, least, most));

    /// <summary>A value that <paramref name="read"/> reads, or, in the words of the query language, where it is found: the path in the field's Path twin, or an expression in the field itself.</summary>
    public Sourced<T>? Found<T>(string field, Func<string, T> read, bool takesIntrinsics = false)
    {
        if (IsJsonata)
            return Value(field) is { ValueKind: JsonValueKind.String } text && JsonataText.IsMeant(text.GetString()!) ? FoundBy(field, default(T)!, Query(field)) : FoundBy(field, read(field), null);

        AtMostOne(field, field + "Path");
        return FoundBy(field, read(field), takesIntrinsics ? PathOrCall(field + "Path") : Path(field + "Path"));
    }

    /// <summary>A JSONata expression.</summary>
    public Expression? Query(string field) => Text(field) is { } text ? JsonataText.Parse(text, Findings, PointerTo(field), Outcome.None) : null;

    private static Sourced<T>? FoundBy<T>(string field, T literal, Expression? source) => literal is null && source is null ? null : new(field, literal, source);

    private Expression? PathOrCall(string field)
    {
        if (Text(field) is not { } text)
            return null;
        if (Expression.TryParse(text, out var expression, out var error))
            return expression;
        Add(field, Rules.InvalidPath, $"'{text}' is neither a path nor a call of an intrinsic function: {error}");
        return null;
    }

    public void AtMostOne(params IReadOnlyList<string> fields)
    {
        var given = fields.Where(f => source.TryGetProperty(f, out _)).ToList();
        if (given.Count > 1)
            Add(given[1], Rules.ExclusiveFields, $"'{given[0]}' and '{given[1]}' exclude each other: keep one.");
    }

    public bool Has(string field) => source.TryGetProperty(field, out _);

    public void Missing(string field) => AddHere(Rules.MissingField, $"'{field}' is missing.");

    /// <summary>A finding for every field nobody asked for.</summary>
    public void RefuseOthers(string owner)
    {
        foreach (var field in source.EnumerateObject().Select(m => m.Name).Where(n => !_known.Contains(n)))
        {
            var other = Languages.OfOnly(field) is { } only && only != Language ? $" in the query language {Language} ({only} has it)" : "";
            Add(field, Rules.UnknownField, $"{owner} has no field '{field}'{other}; its fields are: {string.Join(", ", _known)}.");
        }
    }

    public static string NameOf(JsonValueKind kind) => kind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "an array",
        JsonValueKind.String => "a string",
        JsonValueKind.Number => "a number",
        JsonValueKind.Null => "null",
        _ => "true or false",
    };
}
