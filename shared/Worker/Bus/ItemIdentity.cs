using System.Text.Json;

namespace Flow.Worker.Bus;

/// <summary>What the orchestrator must know to fail an attempt.</summary>
internal sealed record ItemIdentity(Guid RunId, Guid ScopeId, Guid Token)
{
    /// <summary>
    /// Reads the identity from a body that could not be read as a work item: an envelope or plain JSON, whole or cut off after the identity. Null when it is not there.
    /// </summary>
    public static ItemIdentity? Find(ReadOnlySpan<byte> body)
    {
        Dictionary<string, Guid> found = new(StringComparer.OrdinalIgnoreCase);
        try
        {
            Scan(new Utf8JsonReader(body), found);
        }
        catch (JsonException)
        {
            // What was read before the fault counts.
        }

        return found.TryGetValue("runId", out var run) && found.TryGetValue("scopeId", out var scope) && found.TryGetValue("token", out var token)
            ? new ItemIdentity(run, scope, token)
            : null;
    }

    private static void Scan(Utf8JsonReader reader, Dictionary<string, Guid> found)
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
            if (reader.Read() && reader.TokenType == JsonTokenType.String && Guid.TryParse(reader.GetString(), out var id))
                found.TryAdd(name, id);
        }
    }
}
