namespace Flow.Jsonata.Syntax;

/// <summary>What operators on paths mean: each takes the node on its left as the last step of a path and gives the path that comes of it.</summary>
internal static class PathRules
{
    private const int MaxSteps = 1_000;

    public static PathNode Step(Node left, Node right)
    {
        var path = left as PathNode ?? new PathNode([left]) { Position = left.Position };
        if (left is ParentNode parent)
            path.Seeking = [parent.Slot];
        if (right is PathNode rest)
        {
            path.Steps.AddRange(rest.Steps);
        }
        else
        {
            (right.Stages, right.Predicates) = (right.Predicates, null);
            path.Steps.Add(right);
        }

        if (path.Steps.Count > MaxSteps)
            throw new JsonataException("U1001", $"A path has {MaxSteps} steps at most.", right.Position);
        for (var i = 0; i < path.Steps.Count; i++)
        {
            if (path.Steps[i] is not LiteralNode literal)
                continue;
            path.Steps[i] = literal.Value is string name
                ? new NameNode(name) { Position = literal.Position, Stages = literal.Stages, KeepsArray = literal.KeepsArray }
                : throw new JsonataException("S0213", $"{Values.ValueText.Shown(literal.Value)} cannot be a step of a path.", literal.Position, Values.ValueText.Shown(literal.Value));
        }

        path.KeepsSingleton |= path.Steps.Exists(s => s.KeepsArray);
        if (path.Steps[0] is ArrayNode)
            path.Steps[0].IsConstructed = true;
        if (path.Steps[^1] is ArrayNode)
            path.Steps[^1].IsConstructed = true;
        Ancestry.Resolve(path);
        return path;
    }

    public static Node Filtered(Node left, Node predicate, int position)
    {
        var step = left is PathNode path ? path.Steps[^1] : left;
        if (left.Group is not null || step.Group is not null)
            throw new JsonataException("S0209", "A predicate cannot follow a grouping: put it before the '{'.", position);
        if (predicate.Seeking is { } seeking)
        {
            foreach (var slot in seeking.ToList())
            {
                if (slot.Level == 1)
                    Ancestry.Seek(step, slot);
                else
                    slot.Level--;
            }
        }

        if (predicate is ParentNode parent)
            Ancestry.Seek(step, parent.Slot);
        Ancestry.Adopt(step, [predicate], onlyOpen: true);
        (left is PathNode ? step.Stages ??= [] : step.Predicates ??= []).Add(new(predicate, null));
        return left;
    }

    public static Node Grouped(Node left, Grouping pairs, int position)
    {
        if (left.Group is not null)
            throw new JsonataException("S0210", "A step can be grouped only once.", position);
        left.Group = pairs;
        return left;
    }

    public static PathNode Sorted(Node left, IReadOnlyList<SortTerm> terms, int position)
    {
        var path = left as PathNode ?? new PathNode([left]) { Position = left.Position };
        var sort = new SortNode(terms) { Position = position };
        Ancestry.Adopt(sort, terms.Select(t => t.Expression));
        path.Steps.Add(sort);
        Ancestry.Resolve(path);
        return path;
    }

    public static Node Focused(Node left, string variable, int position)
    {
        var step = left is PathNode path ? path.Steps[^1] : left;
        if (step.Stages is not null || step.Predicates is not null)
            throw new JsonataException("S0215", "A context variable must stand before the predicates of its step.", position);
        if (step is SortNode)
            throw new JsonataException("S0216", "A context variable must stand before the order of its step.", position);
        step.Focus = variable;
        step.HasTuples = true;
        return left;
    }

    public static PathNode Indexed(Node left, string variable)
    {
        var path = left as PathNode;
        if (path is null)
        {
            (left.Stages, left.Predicates) = (left.Predicates, null);
            path = new PathNode([left]) { Position = left.Position };
        }

        var step = path.Steps[^1];
        if (step.Stages is null)
            step.Index = variable;
        else
            step.Stages.Add(new(null, variable));
        step.HasTuples = true;
        return path;
    }

    public static void KeepArray(Node left)
    {
        left.KeepsArray = true;
        if (left is not PathNode path)
            return;
        if (path.Steps is [NameNode name])
        {
            path.KeepsSingleton = true;
            name.KeepsArray = true;
        }
        else if (path.Steps[^1].Focus is not null)
        {
            path.Steps[^1].KeepsArray = true;
        }
    }
}
