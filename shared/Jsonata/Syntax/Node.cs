using System.Text.RegularExpressions;
using Flow.Jsonata.Functions;

namespace Flow.Jsonata.Syntax;

/// <summary>A part of a parsed expression. Set up by the parser, never changed afterwards.</summary>
internal abstract class Node
{
    /// <summary>Index of the character in the text, for errors.</summary>
    public int Position { get; init; }

    /// <summary>What narrows the value of the node, when it stands alone.</summary>
    public List<Stage>? Predicates { get; set; }

    /// <summary>What narrows and numbers the values of the node, when it is a step of a path.</summary>
    public List<Stage>? Stages { get; set; }

    /// <summary><c>{key: value}</c> behind the node.</summary>
    public Grouping? Group { get; set; }

    /// <summary><c>[]</c> behind the node: one value stays an array.</summary>
    public bool KeepsArray { get; set; }

    /// <summary>An array constructor at the beginning or end of a path: what it makes is one value.</summary>
    public bool IsConstructed { get; set; }

    /// <summary>The variable of <c>@</c>.</summary>
    public string? Focus { get; set; }

    /// <summary>The variable of <c>#</c>.</summary>
    public string? Index { get; set; }

    /// <summary>Whether bindings travel along with the values of the step.</summary>
    public bool HasTuples { get; set; }

    /// <summary>The <c>%</c> that this step's context is the value of.</summary>
    public ParentSlot? Ancestor { get; set; }

    /// <summary>Those <c>%</c> within the node that look for their step outside of it.</summary>
    public List<ParentSlot>? Seeking { get; set; }
}

/// <summary>What a <c>%</c> refers to.</summary>
internal sealed class ParentSlot
{
    /// <summary>The binding it reads; several that mean one step share one.</summary>
    public required string Label { get; set; }

    /// <summary>Steps still to go back.</summary>
    public int Level { get; set; } = 1;
}

/// <summary>A predicate, or (<see cref="Variable"/>) a position that is numbered.</summary>
internal sealed record Stage(Node? Predicate, string? Variable);

/// <summary>The pairs of an object constructor.</summary>
internal sealed record Grouping(IReadOnlyList<(Node Key, Node Value)> Pairs, int Position);

/// <summary>One term of an order.</summary>
internal sealed record SortTerm(Node Expression, bool IsDescending);

internal sealed class LiteralNode(object value) : Node
{
    public object Value { get; } = value;
}

internal sealed class RegexNode(Regex regex) : Node
{
    public Regex Regex { get; } = regex;
}

internal sealed class NameNode(string name) : Node
{
    public string Name { get; } = name;
}

internal sealed class VariableNode(string name) : Node
{
    /// <summary>Without <c>$</c>; empty: the context; <c>$</c>: the input.</summary>
    public string Name { get; } = name;
}

internal sealed class WildcardNode : Node;

internal sealed class DescendantsNode : Node;

internal sealed class ParentNode(ParentSlot slot) : Node
{
    public ParentSlot Slot { get; } = slot;
}

internal sealed class PathNode(List<Node> steps) : Node
{
    public List<Node> Steps { get; } = steps;

    /// <summary>Whether a step keeps arrays, and so the whole path does.</summary>
    public bool KeepsSingleton { get; set; }
}

internal sealed class SortNode(IReadOnlyList<SortTerm> terms) : Node
{
    public IReadOnlyList<SortTerm> Terms { get; } = terms;
}

internal sealed class ArrayNode(IReadOnlyList<Node> items) : Node
{
    public IReadOnlyList<Node> Items { get; } = items;
}

internal sealed class ObjectNode(Grouping pairs) : Node
{
    public Grouping Pairs { get; } = pairs;
}

internal sealed class NegationNode(Node operand) : Node
{
    public Node Operand { get; } = operand;
}

internal sealed class BinaryNode(string symbol, Node left, Node right) : Node
{
    public string Symbol { get; } = symbol;

    public Node Left { get; } = left;

    public Node Right { get; } = right;
}

internal sealed class BindNode(string variable, Node value) : Node
{
    public string Variable { get; } = variable;

    public Node Value { get; } = value;
}

internal sealed class ConditionNode(Node condition, Node then, Node? otherwise) : Node
{
    public Node Condition { get; } = condition;

    public Node Then { get; } = then;

    public Node? Else { get; } = otherwise;
}

internal sealed class BlockNode(IReadOnlyList<Node> expressions) : Node
{
    public IReadOnlyList<Node> Expressions { get; } = expressions;
}

internal sealed class TransformNode(Node pattern, Node update, Node? deletion) : Node
{
    public Node Pattern { get; } = pattern;

    public Node Update { get; } = update;

    public Node? Deletion { get; } = deletion;
}

/// <summary>A call; a null argument is a <c>?</c>, and makes the call a partial application.</summary>
internal sealed class CallNode(Node procedure, IReadOnlyList<Node?> arguments) : Node
{
    public Node Procedure { get; } = procedure;

    public IReadOnlyList<Node?> Arguments { get; } = arguments;

    public bool IsPartial { get; } = arguments.Contains(null);

    /// <summary>What errors call the function.</summary>
    public string? ProcedureName => Procedure is VariableNode variable ? variable.Name : (Procedure as PathNode)?.Steps[0] is NameNode name ? name.Name : null;
}

/// <summary>The last call of a function's body: made after the body is left, so that it takes no stack.</summary>
internal sealed class TailCallNode(CallNode call) : Node
{
    public CallNode Call { get; } = call;
}

internal sealed class LambdaNode(IReadOnlyList<string> parameters, Signature? signature, Node body) : Node
{
    public IReadOnlyList<string> Parameters { get; } = parameters;

    public Signature? Signature { get; } = signature;

    public Node Body { get; } = body;
}

internal sealed class ApplyNode(Node left, Node right) : Node
{
    public Node Left { get; } = left;

    public Node Right { get; } = right;
}
