using System.Text.Encodings.Web;
using System.Text.Json;

namespace Flow.StatesLanguage.Expressions.Queries;

/// <summary>JSON in which texts of the form <c>{% expression %}</c> stand for their values, at any depth.</summary>
internal sealed class JsonataTemplate : Template
{
    private readonly TemplateNode _root;

    private JsonataTemplate(TemplateNode root, IReadOnlyCollection<string> variableNames)
    {
        _root = root;
        VariableNames = variableNames;
    }

    public override IReadOnlyCollection<string> VariableNames { get; }

    /// <summary>Reads a template; never throws on user text.</summary>
    /// <param name="template">The JSON of the field.</param>
    /// <param name="findings">What is wrong is added here.</param>
    /// <param name="pointer">Where the template stands: the beginning of the findings' pointers.</param>
    /// <param name="field">Name of the field: the beginning of what a failing evaluation is said to be located at.</param>
    /// <param name="outcome">What <c>$states</c> has in the field.</param>
    public static JsonataTemplate Parse(JsonElement template, ICollection<Finding> findings, string pointer, string field, Outcome outcome)
    {
        var parser = new Parser(findings, outcome);
        return new(parser.Parse(template, pointer, field), parser.VariableNames);
    }

    public override JsonElement Evaluate(Evaluation evaluation) => _root switch
    {
        StaticNode { Value: var value } => value,
        ExpressionNode node => node.Expression.Evaluate(evaluation, node.Field),
        _ => JsonBuffer.Write((_root, evaluation), static (writer, template) => template._root.Write(writer, template.evaluation)),
    };

    private sealed class Parser(ICollection<Finding> findings, Outcome outcome)
    {
        private readonly HashSet<string> _variableNames = new(StringComparer.Ordinal);

        public IReadOnlyCollection<string> VariableNames => _variableNames;

        public TemplateNode Parse(JsonElement template, string pointer, string location) => template.ValueKind switch
        {
            JsonValueKind.String when template.GetString() is { } text && JsonataText.IsMeant(text) => ParseExpression(text, pointer, location) ?? (TemplateNode)new StaticNode(template),
            JsonValueKind.Object => ParseObject(template, pointer, location),
            JsonValueKind.Array => ParseArray(template, pointer, location),
            _ => new StaticNode(template),
        };

        private ExpressionNode? ParseExpression(string text, string pointer, string location)
        {
            if (JsonataText.Parse(text, findings, pointer, outcome) is not { } expression)
                return null;
            _variableNames.UnionWith(expression.VariableNames);
            return new(location, expression);
        }

        private TemplateNode ParseObject(JsonElement template, string pointer, string location)
        {
            var members = template.EnumerateObject()
                .Select(m => (Name: JsonEncodedText.Encode(m.Name, JavaScriptEncoder.UnsafeRelaxedJsonEscaping), Value: Parse(m.Value, Json.Step(pointer, m.Name), $"{location}/{m.Name}")))
                .ToList();
            return members.TrueForAll(m => m.Value is StaticNode) ? new StaticNode(template) : new ObjectNode(members);
        }

        private TemplateNode ParseArray(JsonElement template, string pointer, string location)
        {
            var items = template.EnumerateArray().Select((item, index) => Parse(item, Json.Step(pointer, index), $"{location}[{index}]")).ToList();
            return items.TrueForAll(i => i is StaticNode) ? new StaticNode(template) : new ArrayNode(items);
        }
    }
}
