using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Flow.Yaml;

/// <summary>Composes the parser's events into nodes. An alias shares the node of its anchor, so reading is linear in the text.</summary>
internal sealed class NodeReader(Parser parser)
{
    private readonly Dictionary<string, YamlNode> _anchors = new(StringComparer.Ordinal);
    private readonly HashSet<string> _open = new(StringComparer.Ordinal);

    public YamlNode ReadDocument()
    {
        Take<StreamStart>();
        if (parser.Current is StreamEnd)
            throw new YamlTextException(parser.Current.Start, "The text is empty.");
        Take<DocumentStart>();
        var root = ReadNode(1);
        Take<DocumentEnd>();
        if (parser.Current is not StreamEnd)
            throw new YamlTextException(parser.Current!.Start, "A second document begins here. Put one document into one text.");
        return root;
    }

    private YamlNode ReadNode(int depth)
    {
        var start = parser.Current!.Start;
        if (depth > YamlText.MaxDepth)
            throw new YamlTextException(start, $"Nested deeper than {YamlText.MaxDepth} levels.");
        if (parser.Current is AnchorAlias alias)
            return Resolve(alias);

        var anchor = (parser.Current as NodeEvent)?.Anchor is { IsEmpty: false } name ? name.Value : null;
        if (anchor is not null)
            _open.Add(anchor);
        YamlNode node = parser.Current switch
        {
            YamlDotNet.Core.Events.Scalar scalar => ReadScalar(scalar),
            SequenceStart sequence => ReadSequence(sequence, depth),
            MappingStart mapping => ReadMapping(mapping, depth),
            var other => throw new YamlTextException(start, $"A value is expected here, not {other.GetType().Name}."),
        };
        if (anchor is not null)
        {
            _open.Remove(anchor);
            _anchors[anchor] = node;
        }

        return node;
    }

    private YamlNode Resolve(AnchorAlias alias)
    {
        var name = alias.Value.Value;
        if (_open.Contains(name))
            throw new YamlTextException(alias.Start, $"The alias *{name} stands inside its own anchor: the value would contain itself.");
        if (!_anchors.TryGetValue(name, out var node))
            throw new YamlTextException(alias.Start, $"The alias *{name} has no anchor &{name} before it.");
        parser.MoveNext();
        return node;
    }

    private YamlNode.Scalar ReadScalar(YamlDotNet.Core.Events.Scalar scalar)
    {
        var node = CoreScalar.Resolve(scalar);
        parser.MoveNext();
        return node;
    }

    private YamlNode.Sequence ReadSequence(SequenceStart start, int depth)
    {
        ExpectTag(start, "tag:yaml.org,2002:seq");
        parser.MoveNext();
        var items = new List<YamlNode>();
        while (parser.Current is not SequenceEnd)
            items.Add(ReadNode(depth + 1));
        parser.MoveNext();
        return new(start.Start, items);
    }

    private YamlNode.Mapping ReadMapping(MappingStart start, int depth)
    {
        ExpectTag(start, "tag:yaml.org,2002:map");
        parser.MoveNext();
        var entries = new List<KeyValuePair<string, YamlNode>>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        while (parser.Current is not MappingEnd)
        {
            var at = parser.Current!.Start;
            var key = ReadKey(depth);
            if (!seen.Add(key))
                throw new YamlTextException(at, $"The key '{key}' is there already. Keys of one mapping must differ.");
            entries.Add(new(key, ReadNode(depth + 1)));
        }

        parser.MoveNext();
        return new(start.Start, entries);
    }

    private string ReadKey(int depth)
    {
        var start = parser.Current!.Start;
        if (parser.Current is YamlDotNet.Core.Events.Scalar { Style: ScalarStyle.Plain, Value: "<<" })
            throw new YamlTextException(start, "Merge keys (<<) are not part of YAML 1.2. Write the entries out, or quote the key if it is meant literally.");
        var written = (parser.Current as YamlDotNet.Core.Events.Scalar)?.Value;
        return ReadNode(depth + 1) is YamlNode.Scalar key
            ? written ?? key.Text
            : throw new YamlTextException(start, "A key must be a string, not a list or a mapping.");
    }

    private static void ExpectTag(NodeEvent node, string tag)
    {
        if (!node.Tag.IsEmpty && !node.Tag.IsNonSpecific && node.Tag.Value != tag)
            throw new YamlTextException(node.Start, $"The tag {node.Tag.Value} is not understood here. Remove it.");
    }

    private void Take<T>()
        where T : ParsingEvent
    {
        if (parser.Current is null)
            parser.MoveNext();
        if (parser.Current is not T)
            throw new YamlTextException(parser.Current?.Start ?? Mark.Empty, "This is not YAML.");
        parser.MoveNext();
    }
}
