using Flow.Jsonata.Functions;

namespace Flow.Jsonata.Syntax;

internal sealed partial class Parser
{
    private Node Infix(Node left, Token token)
    {
        switch (token.Text)
        {
            case ".":
                var step = Expression(Operators.Power["."]);
                if (left is VariableNode owner && NameOf(step) is { } member)
                    _members.Add((owner.Name, member));
                return Settled(left, () => PathRules.Step(left, step));
            case "[":
                return Predicate(left, token);
            case "{":
                var pairs = Pairs(token);
                return Settled(left, () => PathRules.Grouped(left, pairs, token.Position));
            case "(":
                return Call(left, token);
            case "^":
                var terms = Terms();
                return Settled(left, () => PathRules.Sorted(left, terms, token.Position));
            case "@":
            case "#":
                var variable = VariableAfter(token);
                return Settled(left, () => token.Text == "@" ? PathRules.Focused(left, variable, token.Position) : PathRules.Indexed(left, variable));
            case "?":
                return Condition(left, token);
            case ":=":
                if (left is not VariableNode { Predicates: null } target)
                    throw new JsonataException("S0212", "Only a variable can be bound by ':='.", token.Position, token.Text);
                var value = Expression(Operators.Power[":="] - 1);
                return new BindNode(target.Name, value) { Position = token.Position }.Then(node => Ancestry.Adopt(node, [value]));
            case "~>":
                var right = Expression(Operators.Power["~>"]);
                return new ApplyNode(left, right) { Position = token.Position, KeepsArray = left.KeepsArray || right.KeepsArray };
            default:
                var operand = Expression(Operators.Power[token.Text]);
                return new BinaryNode(token.Text, left, operand) { Position = token.Position }.Then(node => Ancestry.Adopt(node, [left, operand]));
        }
    }

    private static string? NameOf(Node step) => step switch
    {
        PathNode { Steps: [NameNode name, ..] } => name.Name,
        LiteralNode { Value: string text } => text,
        _ => null,
    };

    /// <summary>What breaks a rule is told once the whole text is known to be an expression: its syntax comes first.</summary>
    private Node Settled(Node left, Func<Node> rule)
    {
        try
        {
            return rule();
        }
        catch (JsonataException e)
        {
            _fault ??= e;
            return left;
        }
    }

    private Node Predicate(Node left, Token token)
    {
        if (_token.Is("]"))
        {
            Advance(afterOperand: true);
            PathRules.KeepArray(left);
            return left;
        }

        var predicate = Expression(Operators.Power["]"]);
        Expect("]", afterOperand: true);
        return Settled(left, () => PathRules.Filtered(left, predicate, token.Position));
    }

    private ConditionNode Condition(Node left, Token token)
    {
        var then = Expression(0);
        Node? otherwise = null;
        if (_token.Is(":"))
        {
            Advance(afterOperand: false);
            otherwise = Expression(0);
        }

        return new ConditionNode(left, then, otherwise) { Position = token.Position }
            .Then(node => Ancestry.Adopt(node, otherwise is null ? [left, then] : [left, then, otherwise]));
    }

    private List<SortTerm> Terms()
    {
        Expect("(");
        var terms = new List<SortTerm>();
        while (true)
        {
            var isDescending = _token.Is(">");
            if (isDescending || _token.Is("<"))
                Advance(afterOperand: false);
            terms.Add(new(Expression(0), isDescending));
            if (!_token.Is(","))
                break;
            Advance(afterOperand: false);
        }

        Expect(")", afterOperand: true);
        return terms;
    }

    private string VariableAfter(Token token) => Expression(Operators.Power[token.Text]) is VariableNode variable
        ? variable.Name
        : throw new JsonataException("S0214", $"'{token.Text}' must be followed by a variable.", token.Position, token.Text);

    private Node Call(Node left, Token token)
    {
        var arguments = new List<Node?>();
        while (!_token.Is(")"))
        {
            if (_token.Is("?"))
            {
                Advance(afterOperand: true);
                arguments.Add(null);
            }
            else
            {
                arguments.Add(Expression(0));
            }

            if (!_token.Is(","))
                break;
            Advance(afterOperand: false);
        }

        Expect(")", afterOperand: true);
        if (left is PathNode { Steps: [NameNode { Name: "function" or "λ" }] })
            return Lambda(arguments, token);
        return new CallNode(left, arguments) { Position = token.Position }.Then(node => Ancestry.Adopt(node, arguments.OfType<Node>()));
    }

    private LambdaNode Lambda(List<Node?> arguments, Token token)
    {
        var parameters = new List<string>();
        foreach (var (index, argument) in arguments.Index())
        {
            parameters.Add(argument is VariableNode variable
                ? variable.Name
                : throw new JsonataException("S0208", $"Parameter {index + 1} of the function must be a variable.", argument?.Position ?? token.Position));
        }

        var signature = _token.Is("<") ? LambdaSignature() : null;
        Expect("{");
        var body = Expression(0);
        Expect("}", afterOperand: true);
        return new(parameters, signature, WithTailCalls(body)) { Position = token.Position };
    }

    private Signature LambdaSignature()
    {
        var position = _token.Position;
        var text = new System.Text.StringBuilder("<");
        for (var depth = 1; depth > 0;)
        {
            Advance(afterOperand: true);
            if (_token.Kind == TokenKind.End || _token.Is("{"))
                break;
            depth += _token.Is("<") ? 1 : _token.Is(">") ? -1 : 0;
            text.Append(_token.Text);
        }

        Expect(">");
        return Signature.Parse(text.ToString(), position);
    }

    private static Node WithTailCalls(Node body) => body switch
    {
        CallNode { IsPartial: false, Predicates: null, Group: null, KeepsArray: false } call => new TailCallNode(call) { Position = call.Position },
        ConditionNode { Predicates: null, Group: null } condition => new ConditionNode(
            condition.Condition, WithTailCalls(condition.Then), condition.Else is null ? null : WithTailCalls(condition.Else))
        {
            Position = condition.Position,
            KeepsArray = condition.KeepsArray,
        },
        BlockNode { Expressions.Count: > 0, Predicates: null, Group: null } block => new BlockNode([.. block.Expressions.SkipLast(1), WithTailCalls(block.Expressions[^1])])
        {
            Position = block.Position,
            KeepsArray = block.KeepsArray,
            IsConstructed = block.IsConstructed,
        },
        _ => body,
    };
}

internal static class NodeBuilding
{
    public static T Then<T>(this T node, Action<T> finish)
        where T : Node
    {
        finish(node);
        return node;
    }
}
