using System.Text.Json;
using Flow.StatesLanguage.Expressions;

namespace Flow.StatesLanguage.MapData;

/// <summary>Makes items of the text of a stored object. Never throws on user text.</summary>
public static class MapItems
{
    /// <summary>The items in the text of the object that a source names.</summary>
    public static ItemReading Read(ItemSource source, string text)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(text);
        try
        {
            return source.Format switch
            {
                ItemFormat.Json => OfJson(source, JsonElement.Parse(text)),
                ItemFormat.JsonLines => Taken(source, text.Split('\n').Where(line => !string.IsNullOrWhiteSpace(line)).Select(line => JsonElement.Parse(line))),
                ItemFormat.Csv => OfCsv(source, text, source.CsvHeaders),
                var other => throw new ArgumentException($"{other} is not the form of one text.", nameof(source)),
            };
        }
        catch (JsonException e)
        {
            return new(default, $"The object is not {(source.Format == ItemFormat.Json ? "JSON" : "JSON Lines")} (line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1}): {e.Message}");
        }
        catch (EvaluationException e)
        {
            return new(default, e.Cause);
        }
    }

    /// <summary>Items that are the objects of a list, each a JSON object with Key, Size and LastModified.</summary>
    public static ItemReading Of(ItemSource source, IEnumerable<JsonElement> objects)
    {
        ArgumentNullException.ThrowIfNull(source);
        return Taken(source, objects);
    }

    /// <summary>The rows of the files of an inventory.</summary>
    /// <param name="source">The source.</param>
    /// <param name="columns">The inventory's <c>fileSchema</c>.</param>
    /// <param name="files">The files, decompressed.</param>
    public static ItemReading OfInventory(ItemSource source, string columns, IEnumerable<string> files)
    {
        ArgumentNullException.ThrowIfNull(source);
        var headers = columns.Split(',', StringSplitOptions.TrimEntries);
        return Taken(source, files.SelectMany(file => CsvText.Rows(file, ',')).Select(row => Item(headers, row)));
    }

    private static ItemReading OfJson(ItemSource source, JsonElement document)
    {
        foreach (var step in source.ItemsPointer.Split('/').Skip(1).Select(s => s.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal)))
        {
            if (document.ValueKind == JsonValueKind.Object && document.TryGetProperty(step, out var member))
                document = member;
            else
                return new(default, $"ItemsPointer '{source.ItemsPointer}' leads to nothing in the object.");
        }

        return document.ValueKind == JsonValueKind.Array
            ? Taken(source, document.EnumerateArray())
            : new(default, $"Attempting to map over non-iterable node: the object holds {Reading.Fields.NameOf(document.ValueKind)}, not an array.");
    }

    private static ItemReading OfCsv(ItemSource source, string text, IReadOnlyList<string>? headers)
    {
        var rows = CsvText.Rows(text, source.CsvDelimiter);
        if (headers is null)
        {
            headers = rows.FirstOrDefault() ?? [];
            rows = rows.Skip(1);
        }

        return headers.Distinct(StringComparer.Ordinal).Count() < headers.Count
            ? new(default, "CSV headers cannot contain duplicates.")
            : Taken(source, rows.Select(row => Item(headers, row)));
    }

    private static JsonElement Item(IReadOnlyList<string> headers, IReadOnlyList<string> row) => JsonBuffer.Write(writer =>
    {
        writer.WriteStartObject();
        for (var i = 0; i < headers.Count; i++)
            writer.WriteString(headers[i], i < row.Count ? row[i] : "");
        writer.WriteEndObject();
    });

    private static ItemReading Taken(ItemSource source, IEnumerable<JsonElement> items) =>
        new(JsonBuffer.Array(source.MaxItems == 0 ? items : items.Take(source.MaxItems)), null);
}
