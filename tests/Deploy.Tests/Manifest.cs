using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Flow.Deploy.Tests;

/// <summary>Reading of YAML documents by path; merge keys are followed.</summary>
internal static class Manifest
{
    public static IReadOnlyList<YamlNode> Parse(string text)
    {
        var stream = new YamlStream();
        stream.Load(new StringReader(text));
        return [.. stream.Documents.Select(document => document.RootNode)];
    }

    public static Dictionary<string, YamlNode> Children(YamlNode node)
    {
        var children = new Dictionary<string, YamlNode>(StringComparer.Ordinal);
        foreach (var (key, value) in ((YamlMappingNode)node).Children)
        {
            if (key is not YamlScalarNode { Value: "<<" })
                children[key.ToString()] = value;
            else
                foreach (var (merged, inherited) in Children(value))
                    children.TryAdd(merged, inherited);
        }

        return children;
    }

    /// <summary>The node at the path of keys and list indexes, or null.</summary>
    public static YamlNode? Find(YamlNode node, params string[] path)
    {
        foreach (var step in path)
        {
            var next = node switch
            {
                YamlMappingNode => Children(node).GetValueOrDefault(step),
                YamlSequenceNode list when int.TryParse(step, out var index) && index < list.Children.Count => list[index],
                _ => null,
            };
            if (next is null)
                return null;
            node = next;
        }

        return node;
    }

    public static string Text(YamlNode node, params string[] path) =>
        Find(node, path)?.ToString() ?? throw new YamlException($"There is nothing at {string.Join('/', path)}.");

    public static IEnumerable<YamlNode> Items(YamlNode node, params string[] path) => Find(node, path) as YamlSequenceNode ?? Enumerable.Empty<YamlNode>();
}
