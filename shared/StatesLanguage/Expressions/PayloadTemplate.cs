using System.Text.Json;
using Flow.StatesLanguage.Reading;

namespace Flow.StatesLanguage.Expressions;

/// <summary>Parameters, ItemSelector, ResultSelector, Assign: JSON in which a name ending in <c>.$</c> holds an expression instead of a value.</summary>
internal sealed class PayloadTemplate : Template
{
    private readonly TemplateNode _root;

    private PayloadTemplate(TemplateNode root, IReadOnlyCollection<string> variableNames)
    {
        _root = root;
        VariableNames = variableNames;
    }

    public override IReadOnlyCollection<string> VariableNames { get; }

    /// <summary>Reads a template; never throws on user text.</summary>
    /// <param name="template">The JSON of the field.</param>
    /// <param name="findings">What is wrong is added here.</param>
    /// <param name="pointer">Where the template stands: the beginning of the findings' pointers.</param>
    public static PayloadTemplate Parse(JsonElement template, ICollection<Finding> findings, string pointer = "")
    {
        var parser = new Parser(findings);
        return new(parser.Parse(template, pointer), parser.VariableNames);
    }

    /// <summary>The payload. A template without expressions is its own value, not copied.</summary>
    /// <exception cref="EvaluationException">An expression fails.</exception>
    public override JsonElement Evaluate(Evaluation evaluation) => _root is StaticNode { Value: var value }
        ? value
        : JsonBuffer.Write((_root, evaluation), static (writer, template) => template._root.Write(writer, template.evaluation));

    private sealed class Parser(ICollection<Finding> findings)
    {
        private readonly HashSet<string> _variableNames = new(StringComparer.Ordinal);

        public IReadOnlyCollection<string> VariableNames => _variableNames.Count == 0 ? [] : _variableNames;

        public TemplateNode Parse(JsonElement template, string pointer) => template.ValueKind switch
        {
            JsonValueKind.Object => ParseObject(template, pointer),
            JsonValueKind.Array => ParseArray(template, pointer),
            _ => new StaticNode(template),
        };

        private TemplateNode ParseObject(JsonElement template, string pointer)
        {
            var members = new List<(JsonEncodedText Name, TemplateNode Value)>();
            var names = new HashSet<string>(StringComparer.Ordinal);
            foreach (var member in template.EnumerateObject())
            {
                var place = Json.Step(pointer, member.Name);
                var isExpression = member.Name.EndsWith(".$", StringComparison.Ordinal);
                var name = isExpression ? member.Name[..^2] : member.Name;
                if (!names.Add(name))
                    findings.Add(new(place, Rules.DuplicateKey, $"'{name}' is given a value twice, once as '{name}.$': keep one."));

                var value = isExpression ? ParseExpression(member, place) : Parse(member.Value, place);
                members.Add((JsonEncodedText.Encode(name, System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping), value));
            }

            return members.TrueForAll(m => m.Value is StaticNode) ? new StaticNode(template) : new ObjectNode(members);
        }

        private TemplateNode ParseArray(JsonElement template, string pointer)
        {
            var items = template.EnumerateArray().Select((item, index) => Parse(item, Json.Step(pointer, index))).ToList();
            return items.TrueForAll(i => i is StaticNode) ? new StaticNode(template) : new ArrayNode(items);
        }

        private TemplateNode ParseExpression(JsonProperty member, string place)
        {
            var error = "it is no text.";
            if (member.Value.ValueKind == JsonValueKind.String && Expression.TryParse(member.Value.GetString()!, out var expression, out error))
            {
                _variableNames.UnionWith(expression.VariableNames);
                return new ExpressionNode(member.Name, expression);
            }

            findings.Add(new(place, Rules.InvalidExpression, $"The value of '{member.Name}' must be a path or a call of an intrinsic function: {error}"));
            return new StaticNode(member.Value);
        }
    }
}
