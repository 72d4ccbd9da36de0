namespace Flow.Yaml;

/// <summary>The two notations a definition may be written in.</summary>
public enum TextFormat
{
    /// <summary>JSON.</summary>
    Json,

    /// <summary>YAML 1.2.</summary>
    Yaml,
}

/// <summary>Tells JSON from YAML.</summary>
public static class TextFormats
{
    /// <summary>By the file's extension: <c>.json</c>, <c>.yaml</c> or <c>.yml</c>; null for any other.</summary>
    public static TextFormat? FromFileName(string fileName) => Path.GetExtension(fileName).ToLowerInvariant() switch
    {
        ".json" => TextFormat.Json,
        ".yaml" or ".yml" => TextFormat.Yaml,
        _ => null,
    };

    /// <summary>By a content type such as <c>application/yaml; charset=utf-8</c> or <c>application/problem+json</c>; null when it names neither.</summary>
    public static TextFormat? FromContentType(string? contentType)
    {
        var media = (contentType ?? "").Split(';', 2)[0].Trim().ToLowerInvariant();
        return media switch
        {
            "application/json" or "text/json" => TextFormat.Json,
            "application/yaml" or "application/x-yaml" or "text/yaml" or "text/x-yaml" => TextFormat.Yaml,
            _ when media.EndsWith("+json", StringComparison.Ordinal) => TextFormat.Json,
            _ when media.EndsWith("+yaml", StringComparison.Ordinal) => TextFormat.Yaml,
            _ => null,
        };
    }

    /// <summary>By the first character that is not white space: <c>{</c> or <c>[</c> begins JSON, anything else YAML.</summary>
    public static TextFormat FromText(string text)
    {
        var start = text.AsSpan().TrimStart("\uFEFF \t\r\n");
        return start.Length > 0 && start[0] is '{' or '[' ? TextFormat.Json : TextFormat.Yaml;
    }
}
