using Flow.Client;
using Flow.Contracts.Api;
using Flow.StatesLanguage;
using Flow.Yaml;

namespace Flow.Cli;

/// <summary>A definition in a file or on standard input.</summary>
/// <param name="Text">Its text.</param>
/// <param name="Format">By the file's extension, else by its first character.</param>
/// <param name="WorkflowName">The file's name up to its first dot; null for standard input.</param>
internal sealed record DefinitionFile(string Text, TextFormat Format, string? WorkflowName)
{
    public DefinitionText ForServer => Format == TextFormat.Yaml ? DefinitionText.Yaml(Text) : DefinitionText.Json(Text);

    public static async Task<DefinitionFile> ReadAsync(string source, CancellationToken cancellationToken)
    {
        if (source == "-")
        {
            var input = await Console.In.ReadToEndAsync(cancellationToken);
            return new(input, TextFormats.FromText(input), null);
        }

        var text = await Values.FileAsync(source, cancellationToken);
        return new(text, TextFormats.FromFileName(source) ?? TextFormats.FromText(text), Path.GetFileName(source).Split('.')[0]);
    }

    /// <summary>What is wrong with it, as the orchestrator would say.</summary>
    public IReadOnlyList<DefinitionFinding> Validate()
    {
        var (json, findings) = ToJson();
        return json is null ? findings : [.. Definition.Read(json).Findings.Select(finding => new DefinitionFinding(finding.Pointer, finding.Rule, finding.Message))];
    }

    /// <summary>Its text as JSON, or what keeps it from being that.</summary>
    public (string? Json, IReadOnlyList<DefinitionFinding> Findings) ToJson()
    {
        if (Format != TextFormat.Yaml)
            return (Text, []);
        var yaml = YamlText.ToJson(Text);
        return yaml.Error is { } error ? (null, [new("", "yaml-syntax", error.ToString())]) : (yaml.Json, []);
    }
}
