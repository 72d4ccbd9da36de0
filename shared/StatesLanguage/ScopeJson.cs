using System.Text.Json;
using System.Text.Json.Serialization;

namespace Flow.StatesLanguage;

/// <summary>Scopes as JSON text: undefined values are left out, and <see cref="Scope.Execution"/> is.</summary>
[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(Scope))]
[JsonSerializable(typeof(IReadOnlyList<ChildScope>))]
public sealed partial class ScopeJson : JsonSerializerContext
{
    /// <summary>The scope as JSON text.</summary>
    public static string Write(Scope scope) => JsonSerializer.Serialize(scope, Default.Scope);

    /// <summary>The scope in JSON text that <see cref="Write"/>, or System.Text.Json as it stands, has made.</summary>
    /// <exception cref="JsonException">The text is no scope.</exception>
    public static Scope Read(string text) => JsonSerializer.Deserialize(text, Default.Scope) ?? throw new JsonException("A scope is an object, not null.");

    /// <summary>Children to open, as a JSON array.</summary>
    public static string WriteChildren(IReadOnlyList<ChildScope> children) => JsonSerializer.Serialize(children, Default.IReadOnlyListChildScope);

    /// <summary>The children in JSON text that <see cref="WriteChildren"/> has made.</summary>
    /// <exception cref="JsonException">The text is no list of children.</exception>
    public static IReadOnlyList<ChildScope> ReadChildren(string text) =>
        JsonSerializer.Deserialize(text, Default.IReadOnlyListChildScope) ?? throw new JsonException("Children are an array, not null.");
}
