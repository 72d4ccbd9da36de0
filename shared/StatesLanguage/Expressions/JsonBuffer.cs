using System.Text.Json;

namespace Flow.StatesLanguage.Expressions;

/// <summary>Builds a new JSON value: written once, then parsed in place.</summary>
internal static class JsonBuffer
{
    /// <summary>The value that the given action writes.</summary>
    public static JsonElement Write(Action<Utf8JsonWriter> write) => throw new NotImplementedException();
}
