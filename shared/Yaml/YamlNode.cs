using YamlDotNet.Core;

namespace Flow.Yaml;

internal abstract record YamlNode(Mark Start)
{
    /// <summary>A scalar, as the JSON text it stands for (strings are quoted and escaped when written).</summary>
    internal sealed record Scalar(Mark Start, string Text, bool IsString) : YamlNode(Start);

    internal sealed record Sequence(Mark Start, IReadOnlyList<YamlNode> Items) : YamlNode(Start);

    internal sealed record Mapping(Mark Start, IReadOnlyList<KeyValuePair<string, YamlNode>> Entries) : YamlNode(Start);
}

internal sealed class YamlTextException(Mark at, string message) : Exception(message)
{
    public YamlError Error { get; } = YamlText.At(at, message);
}
