namespace Flow.Jsonata.Syntax;

/// <summary>Finds for every <c>%</c> the step whose context it is: from its own place back over the steps of the path, and out of the paths it is nested in.</summary>
internal sealed class Ancestry
{
    private int _labels;

    public string NewLabel() => $"%{_labels++}";

    public static JsonataException Lost(Node node) => new("S0217", "The parent that '%' refers to cannot be told here.", node.Position, node.GetType().Name);

    /// <summary>What looks for its step inside of these nodes goes on looking outside of the owner.</summary>
    public static void Adopt(Node owner, IEnumerable<Node> parts, bool onlyOpen = false)
    {
        foreach (var part in parts)
        {
            List<ParentSlot> slots = [.. part.Seeking ?? []];
            if (part is ParentNode parent)
                slots.Add(parent.Slot);
            if (onlyOpen)
                slots.RemoveAll(s => s.Level <= 0);
            if (slots.Count > 0)
                (owner.Seeking ??= []).AddRange(slots);
        }
    }

    /// <summary>Settles what the last step of a path looks for, as far as the steps before it go.</summary>
    public static void Resolve(PathNode path)
    {
        var last = path.Steps[^1];
        List<ParentSlot> slots = [.. last.Seeking ?? []];
        if (last is ParentNode parent)
            slots.Add(parent.Slot);
        foreach (var slot in slots)
        {
            var index = path.Steps.Count - 2;
            while (slot.Level > 0)
            {
                if (index < 0)
                {
                    if (path.Seeking?.Contains(slot) != true)
                        (path.Seeking ??= []).Add(slot);
                    break;
                }

                var step = path.Steps[index--];
                // Steps that bind a variable do not move the context: together they are one step.
                while (index >= 0 && step.Focus is not null && path.Steps[index].Focus is not null)
                    step = path.Steps[index--];
                Seek(step, slot);
            }
        }
    }

    /// <summary>Goes one step back.</summary>
    public static void Seek(Node node, ParentSlot slot)
    {
        switch (node)
        {
            case NameNode or WildcardNode:
                if (--slot.Level > 0)
                    break;
                if (node.Ancestor is null)
                    node.Ancestor = slot;
                else
                    slot.Label = node.Ancestor.Label;
                node.HasTuples = true;
                break;
            case ParentNode:
                slot.Level++;
                break;
            case BlockNode { Expressions: [.., var last] }:
                node.HasTuples = true;
                Seek(last, slot);
                break;
            case BlockNode:
                break;
            case PathNode path:
                node.HasTuples = true;
                var index = path.Steps.Count - 1;
                Seek(path.Steps[index--], slot);
                while (slot.Level > 0 && index >= 0)
                    Seek(path.Steps[index--], slot);
                break;
            default:
                throw Lost(node);
        }
    }
}
