using System.Text.Json;

namespace Flow.Conformance.Cases;

/// <summary>One case of the corpus; FORMAT.md beside the cases says what its fields mean.</summary>
internal sealed record ConformanceCase(string Name, string Category, string Kind, string? QueryLanguage, string? Tier, JsonElement Body)
{
    /// <summary>The row of the table it counts in, beside its category.</summary>
    public string Group => string.Join(' ', new[] { Kind == "execution-batch" ? "execution" : Kind, QueryLanguage, Tier }.Where(p => p is not null));

    public JsonElement Expected => Body.TryGetProperty("expected", out var expected) ? expected : default;

    /// <summary>All cases under <c>cases/</c> and all definitions under <c>definitions/</c>.</summary>
    public static IReadOnlyList<ConformanceCase> LoadAll(string directory) =>
    [
        .. Directory.EnumerateFiles(Path.Combine(directory, "cases"), "*.json", SearchOption.AllDirectories)
            .Where(f => Path.GetFileName(f) != "index.json")
            .Order(StringComparer.Ordinal)
            .Select(FromFile),
        .. Corpus(Path.Combine(directory, "definitions")),
        .. JsonataSuite(Path.Combine(directory, "jsonata-suite.json")),
    ];

    /// <summary>The expressions that the version of JSONata which AWS documents meets, and that do without <c>$eval</c>, which AWS leaves out.</summary>
    private static IEnumerable<ConformanceCase> JsonataSuite(string file)
    {
        if (!File.Exists(file))
            yield break;
        var suite = JsonElement.Parse(File.ReadAllText(file));
        var datasets = suite.GetProperty("datasets");
        foreach (var entry in suite.GetProperty("cases").EnumerateArray().Where(e => !Has(e, "not206") && !Has(e, "usesEval")))
        {
            // As text: some expressions hold half of a surrogate pair, which a writer refuses.
            var text = entry.GetRawText().TrimEnd()[..^1];
            var body = Text(entry, "dataset") is { } dataset ? $"{text},\"data\":{datasets.GetProperty(dataset).GetRawText()}}}" : text + "}";
            yield return new("jsonata/" + Text(entry, "id"), "jsonata", "jsonata", null, null, JsonElement.Parse(body));
        }
    }

    private static bool Has(JsonElement entry, string tag) => entry.TryGetProperty(tag, out _);

    private static ConformanceCase FromFile(string file)
    {
        var body = JsonElement.Parse(File.ReadAllText(file));
        return new(Text(body, "name")!, Text(body, "category")!, Text(body, "kind")!, Text(body, "queryLanguage"), Text(body, "tier"), body);
    }

    private static IEnumerable<ConformanceCase> Corpus(string directory)
    {
        var index = Path.Combine(directory, "index.json");
        return !File.Exists(index)
            ? []
            : JsonElement.Parse(File.ReadAllText(index)).EnumerateArray().Select(entry =>
            {
                var file = Text(entry, "file")!;
                var text = File.ReadAllText(Path.Combine(directory, file));
                var body = JsonSerializer.SerializeToElement(new { text, expect = Text(entry, "expect") });
                return new ConformanceCase("definitions/" + file, "definitions/" + file.Split('/')[0], "corpus", null, null, body);
            });
    }

    private static string? Text(JsonElement body, string field) =>
        body.TryGetProperty(field, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
