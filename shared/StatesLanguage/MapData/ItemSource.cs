using System.Text.Json;
using System.Text.Json.Serialization;

namespace Flow.StatesLanguage.MapData;

/// <summary>The form that the items of a distributed Map are stored in.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ItemFormat>))]
public enum ItemFormat
{
    /// <summary>A JSON array.</summary>
    Json,

    /// <summary>A JSON value a line.</summary>
    JsonLines,

    /// <summary>A row a line (RFC 4180).</summary>
    Csv,

    /// <summary>An inventory: a JSON manifest that names CSV files compressed by gzip.</summary>
    Manifest,

    /// <summary>The objects under a prefix themselves.</summary>
    Objects,
}

/// <summary>Where the items of a distributed Map come from: what an ItemReader says, evaluated.</summary>
public sealed record ItemSource
{
    /// <summary>Bucket.</summary>
    public required string Bucket { get; init; }

    /// <summary>Key of the object; null with <see cref="ItemFormat.Objects"/>.</summary>
    public string? Key { get; init; }

    /// <summary>What the keys begin with, with <see cref="ItemFormat.Objects"/>; empty: all.</summary>
    public string Prefix { get; init; } = "";

    /// <summary>Form of the object.</summary>
    public required ItemFormat Format { get; init; }

    /// <summary>Names of the columns of CSV; null: the first row has them.</summary>
    public IReadOnlyList<string>? CsvHeaders { get; init; }

    /// <summary>What separates the columns of CSV.</summary>
    public char CsvDelimiter { get; init; } = ',';

    /// <summary>JSON pointer to the array within a JSON document; empty: the document itself.</summary>
    public string ItemsPointer { get; init; } = "";

    /// <summary>Most items that are taken; 0: all.</summary>
    public int MaxItems { get; init; }
}

/// <summary>The items of a Map, or why there are none.</summary>
/// <param name="Items">A JSON array; undefined when reading failed.</param>
/// <param name="Cause">What is wrong with the text; null when nothing is.</param>
public readonly record struct ItemReading(JsonElement Items, string? Cause)
{
    /// <summary>The error of items that cannot be read.</summary>
    public const string Error = "States.ItemReaderFailed";
}

/// <summary>Where the results of a distributed Map go: what a ResultWriter says, evaluated.</summary>
/// <param name="Bucket">Bucket.</param>
/// <param name="Prefix">What the keys begin with.</param>
/// <param name="AsLines">A JSON value a line instead of a JSON array.</param>
/// <param name="Transformation"><c>NONE</c> (outputs with what is known of their iterations), <c>COMPACT</c> (outputs) or <c>FLATTEN</c> (outputs, the items of arrays one by one).</param>
public sealed record ResultTarget(string Bucket, string Prefix, bool AsLines, string Transformation)
{
    /// <summary>The error of results that cannot be written.</summary>
    public const string Error = "States.ResultWriterFailed";
}
