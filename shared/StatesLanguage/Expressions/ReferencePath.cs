using System.Text.Json;
using Flow.StatesLanguage.Expressions.Paths;

namespace Flow.StatesLanguage.Expressions;

/// <summary>Placing a value, for ResultPath.</summary>
internal static class ReferencePath
{
    /// <summary>A copy of the root with the value in the place; objects that are missing on the way are created.</summary>
    /// <param name="root">The raw input of the state.</param>
    /// <param name="path">A path with <see cref="JsonPath.IsReferencePath"/>.</param>
    /// <param name="value">What to place.</param>
    /// <exception cref="EvaluationException">States.ResultPathMatchFailure: the way leads through something that is no object, or to an index that is not there.</exception>
    public static JsonElement Set(JsonElement root, JsonPath path, JsonElement value) =>
        path.Segments.Count == 0 ? value : JsonBuffer.Write(writer => Place(writer, root, path, 0, value));

    private static void Place(Utf8JsonWriter writer, JsonElement node, JsonPath path, int segment, JsonElement value)
    {
        if (segment == path.Segments.Count)
            writer.WriteVerbatim(value);
        else if (path.Segments[segment] is MemberSegment member && node.ValueKind is JsonValueKind.Object or JsonValueKind.Undefined)
            PlaceInObject(writer, node, path, segment, member.Name, value);
        else if (path.Segments[segment] is IndexSegment index && node.ValueKind == JsonValueKind.Array && index.Index < node.GetArrayLength())
            PlaceInArray(writer, node, path, segment, index.Index, value);
        else
            throw new EvaluationException(ErrorNames.ResultPathMatchFailure, $"Unable to apply ResultPath '{path.Text}' to the input: there is no place for '{path.Segments[segment]}'.");
    }

    private static void PlaceInObject(Utf8JsonWriter writer, JsonElement node, JsonPath path, int segment, string name, JsonElement value)
    {
        var placed = false;
        writer.WriteStartObject();
        if (node.ValueKind == JsonValueKind.Object)
        {
            foreach (var member in node.EnumerateObject())
            {
                var isPlace = member.NameEquals(name);
                if (isPlace && placed)
                    continue;

                placed |= isPlace;
                writer.WritePropertyName(member.Name);
                if (isPlace)
                    Place(writer, member.Value, path, segment + 1, value);
                else
                    writer.WriteVerbatim(member.Value);
            }
        }

        if (!placed)
        {
            writer.WritePropertyName(name);
            Place(writer, default, path, segment + 1, value);
        }

        writer.WriteEndObject();
    }

    private static void PlaceInArray(Utf8JsonWriter writer, JsonElement node, JsonPath path, int segment, int index, JsonElement value)
    {
        writer.WriteStartArray();
        foreach (var (i, item) in node.EnumerateArray().Index())
        {
            if (i == index)
                Place(writer, item, path, segment + 1, value);
            else
                writer.WriteVerbatim(item);
        }

        writer.WriteEndArray();
    }
}
