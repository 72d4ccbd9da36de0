using System.Text.Json;
using System.Text.Json.Serialization;

namespace Flow.StatesLanguage;

/// <summary>Scopes as JSON text: undefined values are left out, and <see cref="Scope.Execution"/> is.</summary>
[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(Scope))]
public sealed partial class ScopeJson : JsonSerializerContext
{
    /// <summary>The scope as JSON text.</summary>
    public static string Write(Scope scope) => JsonSerializer.Serialize(scope, Default.Scope);

    /// <summary>The scope in JSON text that <see cref="Write"/>, or System.Text.Json as it stands, has made.</summary>
    /// <exception cref="JsonException">The text is no scope.</exception>
    public static Scope Read(string text) => JsonSerializer.Deserialize(text, Default.Scope) ?? throw new JsonException("A scope is an object, not null.");
}
