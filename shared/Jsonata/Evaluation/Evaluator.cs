using Flow.Jsonata.Functions;
using Flow.Jsonata.Syntax;
using Flow.Jsonata.Values;

namespace Flow.Jsonata.Evaluation;

/// <summary>One evaluation of an expression. A value is an object: null for none, <see cref="JsonNull"/>, bool, double, string, <see cref="ArrayValue"/>, <see cref="ObjectValue"/> or a <see cref="Function"/>.</summary>
internal sealed partial class Evaluator(JsonataEnvironment environment)
{
    private readonly object? _input = JsonValues.Read(environment.Input);
    private readonly Dictionary<string, object?> _outer = new(StringComparer.Ordinal);

    private readonly Dictionary<(Type Type, string Text), object> _parsed = [];

    public JsonataEnvironment Environment { get; } = environment;

    public Budget Budget { get; } = new(environment.Limits);

    public object? Run(Node root)
    {
        var context = _input is ArrayValue array ? new ArrayValue([array]) { IsSequence = true, IsInput = true } : _input;
        return Evaluate(root, context, new Frame(null));
    }

    /// <summary>The value of a node, where <c>$</c> is <paramref name="context"/>.</summary>
    public object? Evaluate(Node node, object? context, Frame frame)
    {
        Budget.Enter();
        var result = Value(node, context, frame);
        if (node.Predicates is not null)
        {
            foreach (var predicate in node.Predicates)
                result = Filter(predicate.Predicate!, result, frame);
        }

        if (node.Group is not null && node is not PathNode)
            result = GroupBy(node.Group, result, frame);
        Budget.Leave();
        return Collapse(node, result);
    }

    /// <summary>What a picture or the like means: read once in an evaluation.</summary>
    public T Parsed<T>(string text, Func<string, T> parse)
        where T : class
    {
        if (_parsed.TryGetValue((typeof(T), text), out var known))
            return (T)known;
        var parsed = parse(text);
        _parsed.Add((typeof(T), text), parsed);
        Budget.Charge(64L + (32L * text.Length));
        return parsed;
    }

    public bool IsTrue(object? value) => Truth.Of(value, Budget);

    /// <summary>A sequence of one value is the value, one of none is none.</summary>
    private static object? Collapse(Node node, object? result)
    {
        if (result is not ArrayValue { IsSequence: true, IsTuples: false } sequence)
            return result;
        if (node.KeepsArray)
            sequence.KeepsSingleton = true;
        return sequence.Count switch
        {
            0 => null,
            1 => sequence.KeepsSingleton ? sequence : sequence.Items[0],
            _ => sequence,
        };
    }

    private object? Value(Node node, object? context, Frame frame) => node switch
    {
        PathNode path => Path(path, context, frame),
        NameNode name => Member(context, name.Name),
        LiteralNode literal => literal.Value,
        VariableNode variable => Variable(variable.Name, context, frame),
        BinaryNode binary => Binary(binary, context, frame),
        CallNode { IsPartial: true } partial => Partial(partial, context, frame),
        CallNode call => Call(call, context, frame, []),
        TailCallNode tail => new PendingCall(tail.Call, context, frame),
        ConditionNode condition => IsTrue(Evaluate(condition.Condition, context, frame))
            ? Evaluate(condition.Then, context, frame)
            : condition.Else is null ? null : Evaluate(condition.Else, context, frame),
        BlockNode block => Block(block, context, new Frame(frame)),
        BindNode bind => Bind(bind, context, frame),
        ArrayNode array => Array(array, context, frame),
        ObjectNode made => GroupBy(made.Pairs, context, frame),
        NegationNode negation => Negate(negation, context, frame),
        WildcardNode => Wildcard(context),
        DescendantsNode => Descendants(context),
        ParentNode parent => frame.TryFind(parent.Slot.Label, out var found) ? found : null,
        LambdaNode lambda => new Lambda(lambda, context, frame),
        RegexNode regex => new RegexFunction(regex.Regex),
        ApplyNode apply => ApplyTo(apply, context, frame),
        TransformNode transform => new Transformation(transform, frame),
        SortNode sort => Sort(sort, context, frame),
        _ => throw new System.Diagnostics.UnreachableException($"Unknown node {node}."),
    };

    private object? Variable(string name, object? context, Frame frame)
    {
        if (name.Length == 0)
            return context is ArrayValue { IsInput: true } input ? input.Items[0] : context;
        if (frame.TryFind(name, out var value))
            return value;
        if (name == "$")
            return _input;
        if (!_outer.TryGetValue(name, out value))
        {
            _outer[name] = value = Environment.Variable?.Invoke(name)?.Value ?? Library.Find(name);
        }

        return value;
    }

    private object? Block(BlockNode block, object? context, Frame frame)
    {
        object? result = null;
        foreach (var expression in block.Expressions)
            result = Evaluate(expression, context, frame);
        return result;
    }

    private object? Bind(BindNode bind, object? context, Frame frame)
    {
        var value = Evaluate(bind.Value, context, frame);
        frame.Bind(bind.Variable, value);
        return value;
    }

    private ArrayValue Array(ArrayNode array, object? context, Frame frame)
    {
        var result = new ArrayValue { IsConstructed = array.IsConstructed };
        foreach (var item in array.Items)
        {
            var value = Evaluate(item, context, frame);
            if (item is ArrayNode && value is not null)
                result.Add(value);
            else
                result.Append(value);
        }

        Budget.Charge(16 + (8 * result.Count));
        return result;
    }

    private object? Negate(NegationNode negation, object? context, Frame frame)
    {
        var value = Evaluate(negation.Operand, context, frame);
        if (value is null)
            return null;
        return Numbers.Is(value, out var number)
            ? Numbers.Box(-number)
            : throw new JsonataException("D1002", $"Only a number can be negated, not {ValueText.Shown(value)}.", negation.Position, "-");
    }

    private object? Sort(SortNode sort, object? context, Frame frame) => Sorted(sort.Terms, ArrayValue.From(context), frame);
}
