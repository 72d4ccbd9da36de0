using System.Text.Json;
using Flow.StatesLanguage.Reading;

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
    public static JsonataTemplate Parse(JsonElement template, ICollection<Finding> findings, string pointer, string field)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        return new(Parse(template, findings, pointer, field, names), names);
    }

    public override JsonElement Evaluate(Evaluation evaluation) => _root switch
    {
        StaticNode { Value: var value } => value,
        ExpressionNode node => node.Expression.Evaluate(evaluation, node.Field),
        _ => JsonBuffer.Write((_root, evaluation), static (writer, template) => template._root.Write(writer, template.evaluation)),
    };

    private static TemplateNode Parse(JsonElement template, ICollection<Finding> findings, string pointer, string location, HashSet<string> names)
    {
        switch (template.ValueKind)
        {
            case JsonValueKind.String when template.GetString() is { } text && JsonataText.IsMeant(text):
                if (JsonataText.TryParse(text, out var expression, out var error))
                {
                    names.UnionWith(expression.VariableNames);
                    return new ExpressionNode(location, expression);
                }

                findings.Add(new(pointer, Rules.InvalidExpression, $"'{text}' is not a JSONata expression: {error}"));
                return new StaticNode(template);
            case JsonValueKind.Object:
                var members = template.EnumerateObject()
                    .Select(m => (JsonEncodedText.Encode(m.Name, System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping), Parse(m.Value, findings, Json.Step(pointer, m.Name), $"{location}/{m.Name}", names)))
                    .ToList();
                return members.TrueForAll(m => m.Item2 is StaticNode) ? new StaticNode(template) : new ObjectNode(members);
            case JsonValueKind.Array:
                var items = template.EnumerateArray().Select((item, index) => Parse(item, findings, Json.Step(pointer, index), $"{location}[{index}]", names)).ToList();
                return items.TrueForAll(i => i is StaticNode) ? new StaticNode(template) : new ArrayNode(items);
            default:
                return new StaticNode(template);
        }
    }
}
