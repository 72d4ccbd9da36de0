using System.Text.Json;

namespace Flow.Monitor.DeadLetters;

/// <summary>What a body says of the run it is of, in an envelope or as plain JSON, whole or cut off: what stands before the fault counts.</summary>
internal sealed class ItemFacts
{
    private readonly Dictionary<string, string> _found = new(StringComparer.OrdinalIgnoreCase);

    private ItemFacts()
    {
    }

    public Guid? RunId => Id("runId");

    public Guid? ScopeId => Id("scopeId");

    public Guid? Token => Id("token");

    public string? Workflow => _found.GetValueOrDefault("workflow");

    public int? Version => Number("version");

    public string? Node => _found.GetValueOrDefault("node");

    public string? Resource => _found.GetValueOrDefault("resource");

    public string? Handler => _found.GetValueOrDefault("handler");

    public int? Attempt => Number("attempt");

    /// <summary>The input, where the body is whole.</summary>
    public string? Input { get; private set; }

    public static ItemFacts Read(byte[] body)
    {
        var facts = new ItemFacts();
        try
        {
            facts.Scan(new Utf8JsonReader(body));
            using var document = JsonDocument.Parse(body);
            var root = document.RootElement;
            var message = root.ValueKind == JsonValueKind.Object && root.TryGetProperty("message", out var inner) ? inner : root;
            if (message.ValueKind == JsonValueKind.Object && message.TryGetProperty("input", out var input))
                facts.Input = input.GetRawText();
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // No JSON from here on, or text that is no Unicode.
        }

        return facts;
    }

    private void Scan(Utf8JsonReader reader)
    {
        var inMessage = false;
        while (reader.Read())
        {
            if (reader.TokenType != JsonTokenType.PropertyName)
                continue;
            var name = reader.GetString()!;
            if (reader.CurrentDepth == 1)
                inMessage = name.Equals("message", StringComparison.OrdinalIgnoreCase);
            if (reader.CurrentDepth != 1 && !(reader.CurrentDepth == 2 && inMessage))
                continue;
            if (!reader.Read())
                return;
            if (reader.TokenType == JsonTokenType.String)
                _found.TryAdd(name, reader.GetString()!);
            else if (reader.TokenType == JsonTokenType.Number && reader.TryGetInt32(out var number))
                _found.TryAdd(name, number.ToString(System.Globalization.CultureInfo.InvariantCulture));
        }
    }

    private Guid? Id(string name) => Guid.TryParse(_found.GetValueOrDefault(name), out var id) ? id : null;

    private int? Number(string name) => int.TryParse(_found.GetValueOrDefault(name), out var number) ? number : null;
}
