using System.Text.Json;

namespace Flow.StatesLanguage.Reading;

/// <summary>Finds names that an object holds twice.</summary>
internal static class DuplicateKeys
{
    /// <exception cref="InvalidOperationException">A text is not valid Unicode; after this, none that is left unread can be.</exception>
    public static void Find(JsonElement value, ICollection<Finding> findings, string pointer = "")
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                var seen = new HashSet<string>(StringComparer.Ordinal);
                foreach (var member in value.EnumerateObject())
                {
                    var place = Json.Step(pointer, member.Name);
                    if (!seen.Add(member.Name))
                        findings.Add(new(place, Rules.DuplicateKey, $"'{member.Name}' stands here twice: keep one."));
                    Find(member.Value, findings, place);
                }

                break;
            case JsonValueKind.Array:
                foreach (var (index, item) in value.EnumerateArray().Index())
                    Find(item, findings, Json.Step(pointer, index));
                break;
            case JsonValueKind.String:
                _ = value.GetString();
                break;
        }
    }
}

/// <summary>Puts findings in the order of the places they are about.</summary>
internal static class DocumentOrder
{
    public static IReadOnlyList<Finding> Sort(JsonElement root, IEnumerable<Finding> findings)
    {
        var places = new Dictionary<string, int>(StringComparer.Ordinal);
        Number(root, "", places);
        return [.. findings.Distinct().OrderBy(f => PlaceOf(f.Pointer, places))];
    }

    private static void Number(JsonElement value, string pointer, Dictionary<string, int> places)
    {
        places[pointer] = places.Count;
        if (value.ValueKind == JsonValueKind.Object)
        {
            foreach (var member in value.EnumerateObject())
                Number(member.Value, Json.Step(pointer, member.Name), places);
        }
        else if (value.ValueKind == JsonValueKind.Array)
        {
            foreach (var (index, item) in value.EnumerateArray().Index())
                Number(item, Json.Step(pointer, index), places);
        }
    }

    /// <summary>The number of the place, or of the nearest one around it.</summary>
    private static int PlaceOf(string pointer, Dictionary<string, int> places)
    {
        while (!places.ContainsKey(pointer) && pointer.LastIndexOf('/') is var cut and >= 0)
            pointer = pointer[..cut];
        return places.GetValueOrDefault(pointer);
    }
}
