using Flow.Jsonata.Functions;

namespace Flow.Jsonata.Syntax;

/// <summary>Makes nodes of text: an operator-precedence parser. What a node means in its place is settled in <see cref="PathRules"/> and <see cref="Ancestry"/>.</summary>
internal sealed partial class Parser
{
    /// <summary>Deepest nesting of an expression's text; user text may not exhaust the stack.</summary>
    private const int MaxDepth = 250;

    private const int PrefixPower = 70;

    private readonly Tokenizer _tokenizer;
    private readonly Ancestry _ancestry = new();
    private readonly HashSet<string> _variables = new(StringComparer.Ordinal);
    private readonly HashSet<(string Variable, string Member)> _members = [];
    private Token _token;
    private int _depth;
    private JsonataException? _fault;

    private Parser(string text) => _tokenizer = new(text);

    /// <exception cref="JsonataException">The text is no expression.</exception>
    public static (Node Root, IReadOnlyCollection<string> VariableNames, IReadOnlyCollection<(string Variable, string Member)> Members) Parse(string text)
    {
        var parser = new Parser(text);
        parser.Advance(afterOperand: false);
        var root = parser.Expression(0);
        if (parser._token.Kind != TokenKind.End)
            throw new JsonataException("S0201", $"The expression ends before '{parser._token.Text}', which has no place there.", parser._token.Position, parser._token.Text);
        if (parser._fault is not null)
            throw parser._fault;
        return root is ParentNode || root.Seeking is not null ? throw Ancestry.Lost(root) : (root, parser._variables, parser._members);
    }

    private static int Power(Token token) => token.Kind == TokenKind.Operator ? Operators.Power.GetValueOrDefault(token.Text) : 0;

    private Node Expression(int power)
    {
        if (++_depth > MaxDepth)
            throw new JsonataException("U1001", $"The expression is nested deeper than {MaxDepth} levels.", _token.Position);
        var token = _token;
        Advance(afterOperand: true);
        var left = Prefix(token);
        while (power < Power(_token))
        {
            token = _token;
            Advance(afterOperand: false);
            left = Infix(left, token);
        }

        _depth--;
        return left;
    }

    private void Advance(bool afterOperand) => _token = _tokenizer.Next(afterOperand);

    private void Expect(string symbol, bool afterOperand = false)
    {
        if (!_token.Is(symbol))
        {
            throw _token.Kind == TokenKind.End
                ? new JsonataException("S0203", $"The expression ends where '{symbol}' is expected.", _token.Position, _token.Text)
                : new JsonataException("S0202", $"'{_token.Text}' stands where '{symbol}' is expected.", _token.Position, _token.Text);
        }

        Advance(afterOperand);
    }

    private Node Prefix(Token token)
    {
        switch (token.Kind)
        {
            case TokenKind.Name:
                return NamePath(token);
            case TokenKind.Variable:
                _variables.Add(token.Text);
                return new VariableNode(token.Text) { Position = token.Position };
            case TokenKind.Text:
                return new LiteralNode(token.Text) { Position = token.Position };
            case TokenKind.Number or TokenKind.Literal:
                return new LiteralNode(token.Value!) { Position = token.Position };
            case TokenKind.Regex:
                return new RegexNode((System.Text.RegularExpressions.Regex)token.Value!) { Position = token.Position };
            case TokenKind.End:
                throw new JsonataException("S0207", "The expression ends where a value is expected.", token.Position, token.Text);
        }

        return token.Text switch
        {
            "and" or "or" or "in" => NamePath(token),
            "-" => Negated(token),
            "*" => new WildcardNode { Position = token.Position },
            "**" => new DescendantsNode { Position = token.Position },
            "%" => new ParentNode(new() { Label = _ancestry.NewLabel() }) { Position = token.Position },
            "(" => Block(token),
            "[" => Array(token),
            "{" => new ObjectNode(Pairs(token)) { Position = token.Position }.Then(node => Ancestry.Adopt(node, node.Pairs.Pairs.SelectMany(p => new[] { p.Key, p.Value }))),
            "|" => Transform(token),
            _ => throw new JsonataException("S0211", $"'{token.Text}' cannot stand before a value.", token.Position, token.Text),
        };
    }

    private static PathNode NamePath(Token token) => new([new NameNode(token.Text) { Position = token.Position }]) { Position = token.Position };

    private Node Negated(Token token)
    {
        var operand = Expression(PrefixPower);
        if (operand is LiteralNode { Value: double number, Predicates: null } literal)
            return new LiteralNode(-number) { Position = literal.Position };
        return new NegationNode(operand) { Position = token.Position }.Then(node => Ancestry.Adopt(node, [operand]));
    }

    private BlockNode Block(Token token)
    {
        var expressions = new List<Node>();
        while (!_token.Is(")"))
        {
            expressions.Add(Expression(0));
            if (!_token.Is(";"))
                break;
            Advance(afterOperand: false);
        }

        Expect(")", afterOperand: true);
        var block = new BlockNode(expressions) { Position = token.Position };
        Ancestry.Adopt(block, expressions);
        block.IsConstructed = expressions.Exists(e => e.IsConstructed || e is PathNode { Steps: [{ IsConstructed: true }, ..] });
        return block;
    }

    private ArrayNode Array(Token token)
    {
        var items = new List<Node>();
        while (!_token.Is("]"))
        {
            var item = Expression(0);
            if (_token.Is(".."))
            {
                var range = _token;
                Advance(afterOperand: false);
                var end = Expression(0);
                item = new BinaryNode("..", item, end) { Position = range.Position }.Then(node => Ancestry.Adopt(node, [node.Left, node.Right]));
            }

            items.Add(item);
            if (!_token.Is(","))
                break;
            Advance(afterOperand: false);
        }

        Expect("]", afterOperand: true);
        return new ArrayNode(items) { Position = token.Position }.Then(node => Ancestry.Adopt(node, items));
    }

    private Grouping Pairs(Token token)
    {
        var pairs = new List<(Node, Node)>();
        while (!_token.Is("}"))
        {
            var key = Expression(0);
            Expect(":");
            pairs.Add((key, Expression(0)));
            if (!_token.Is(","))
                break;
            Advance(afterOperand: false);
        }

        Expect("}", afterOperand: true);
        return new(pairs, token.Position);
    }

    private TransformNode Transform(Token token)
    {
        var pattern = Expression(0);
        Expect("|");
        var update = Expression(0);
        Node? deletion = null;
        if (_token.Is(","))
        {
            Advance(afterOperand: false);
            deletion = Expression(0);
        }

        Expect("|", afterOperand: true);
        return new(pattern, update, deletion) { Position = token.Position };
    }
}
