using System.Text.Json;

namespace Flow.StatesLanguage.Tests.Scenarios;

internal static class Json
{
    /// <summary>With the names as they are written, and not in camel case: for what the language names.</summary>
    public static JsonElement ToJson(this object value) => JsonSerializer.SerializeToElement(value);
}
