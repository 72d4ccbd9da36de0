using System.Text.Json;

namespace Flow.StatesLanguage.Expressions;

/// <summary>Placing a value, for ResultPath.</summary>
internal static class ReferencePath
{
    /// <summary>A copy of the root with the value in the place; objects that are missing on the way are created.</summary>
    /// <param name="root">The raw input of the state.</param>
    /// <param name="path">A path with <see cref="JsonPath.IsReferencePath"/>.</param>
    /// <param name="value">What to place.</param>
    /// <exception cref="EvaluationException">States.ResultPathMatchFailure: the way leads through something that is no object, or to an index that is not there.</exception>
    public static JsonElement Set(JsonElement root, JsonPath path, JsonElement value) => throw new NotImplementedException();
}
