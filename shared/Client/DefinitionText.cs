namespace Flow.Client;

/// <summary>A definition as somebody wrote it.</summary>
/// <param name="Text">The text.</param>
/// <param name="ContentType">Its notation: <see cref="JsonContentType"/> or <see cref="YamlContentType"/>.</param>
public sealed record DefinitionText(string Text, string ContentType)
{
    /// <summary>Content type of JSON.</summary>
    public const string JsonContentType = "application/json";

    /// <summary>Content type of YAML.</summary>
    public const string YamlContentType = "application/yaml";

    /// <summary>A definition in JSON.</summary>
    public static DefinitionText Json(string text) => new(text, JsonContentType);

    /// <summary>A definition in YAML.</summary>
    public static DefinitionText Yaml(string text) => new(text, YamlContentType);
}
