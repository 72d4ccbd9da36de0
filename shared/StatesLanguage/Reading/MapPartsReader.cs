using System.Text.Json;
using Flow.StatesLanguage.Expressions;
using Flow.StatesLanguage.MapData;
using Flow.StatesLanguage.States;

namespace Flow.StatesLanguage.Reading;

/// <summary>Reads what only a distributed Map has: ItemReader, ItemBatcher, ResultWriter.</summary>
internal static class MapPartsReader
{
    private const string GetObject = "arn:aws:states:::s3:getObject";
    private const string ListObjects = "arn:aws:states:::s3:listObjectsV2";
    private const string PutObject = "arn:aws:states:::s3:putObject";

    private static readonly Dictionary<string, char> Delimiters = new(StringComparer.Ordinal)
    {
        ["COMMA"] = ',', ["PIPE"] = '|', ["SEMICOLON"] = ';', ["SPACE"] = ' ', ["TAB"] = '\t',
    };

    private static readonly string[] Formats = ["CSV", "JSON", "JSONL", "MANIFEST"];

    public static ItemReader? ReadItemReader(Fields state)
    {
        if (Part(state, "ItemReader") is not { } fields)
            return null;
        var resource = fields.RequiredText("Resource");
        var arguments = Arguments(fields);
        var isList = resource == ListObjects;
        if (resource is not null && !isList && resource != GetObject)
            fields.Add("Resource", Rules.UnknownResource, $"'{resource}' reads no items: use {GetObject} or {ListObjects}.");
        var reader = ReadConfiguration(fields, isList) with { Arguments = arguments };
        fields.RefuseOthers("An ItemReader");
        return reader;
    }

    public static ItemBatcher? ReadItemBatcher(Fields state)
    {
        if (Part(state, "ItemBatcher") is not { } fields)
            return null;
        var batcher = new ItemBatcher(fields.Integral("MaxItemsPerBatch", 1), fields.Integral("MaxInputBytesPerBatch", 1, 262_144), fields.Template("BatchInput"));
        if (batcher is { MaxItems: null, MaxBytes: null })
            fields.AddHere(Rules.MissingField, "An ItemBatcher says how much goes into a batch: give it MaxItemsPerBatch or MaxInputBytesPerBatch.");
        fields.RefuseOthers("An ItemBatcher");
        return batcher;
    }

    public static ResultWriter? ReadResultWriter(Fields state)
    {
        if (Part(state, "ResultWriter") is not { } fields)
            return null;
        var resource = fields.Text("Resource");
        var arguments = Arguments(fields);
        if (resource is not (null or PutObject))
            fields.Add("Resource", Rules.UnknownResource, $"'{resource}' writes no results: use {PutObject}.");
        if (resource is null != (arguments is null))
            fields.AddHere(Rules.MissingField, $"A ResultWriter that exports has both 'Resource' ({PutObject}) and '{ArgumentsField(fields)}'; one that only shapes the output has neither.");
        var configuration = Part(fields, "WriterConfig");
        var output = OneOf(configuration, "OutputType", "JSON", "JSONL");
        var transformation = OneOf(configuration, "Transformation", "NONE", "COMPACT", "FLATTEN");
        configuration?.RefuseOthers("A WriterConfig");
        fields.RefuseOthers("A ResultWriter");
        return new(arguments, output == "JSONL", transformation ?? (arguments is null ? "COMPACT" : "NONE"));
    }

    private static ItemReader ReadConfiguration(Fields fields, bool isList)
    {
        var configuration = Part(fields, "ReaderConfig");
        var type = OneOf(configuration, "InputType", Formats);
        if (!isList && type is null && configuration?.Has("InputType") != true)
            fields.Add("ReaderConfig", Rules.MissingField, $"'InputType' is missing: say what the object holds, one of {string.Join(", ", Formats)}.");
        var location = OneOf(configuration, "CSVHeaderLocation", "FIRST_ROW", "GIVEN");
        if (type == "CSV" && location is null && configuration?.Has("CSVHeaderLocation") != true)
            configuration!.AddHere(Rules.MissingField, "'CSVHeaderLocation' is missing: FIRST_ROW, or GIVEN with 'CSVHeaders'.");
        var headers = configuration?.Value("CSVHeaders", JsonValueKind.Array) is { } names ? names.EnumerateArray().Select(n => n.ToString()).ToList() : null;
        if (location == "GIVEN" && headers is null)
            configuration!.AddHere(Rules.MissingField, "'CSVHeaders' is missing: CSVHeaderLocation is GIVEN.");
        if (location == "FIRST_ROW" && headers is not null)
            configuration!.Add("CSVHeaders", Rules.ExclusiveFields, "'CSVHeaders' are of no use with CSVHeaderLocation FIRST_ROW: remove them, or say GIVEN.");
        // Of what else Step Functions reads, nothing may be taken for items that it is not.
        OneOf(configuration, "ManifestType", "S3_INVENTORY");
        OneOf(configuration, "Transformation", "NONE");
        var reader = new ItemReader(
            null,
            isList ? ItemFormat.Objects : type switch { "CSV" => ItemFormat.Csv, "JSONL" => ItemFormat.JsonLines, "MANIFEST" => ItemFormat.Manifest, _ => ItemFormat.Json },
            headers,
            Delimiters[OneOf(configuration, "CSVDelimiter", [.. Delimiters.Keys]) ?? "COMMA"],
            configuration?.Text("ItemsPointer") ?? "",
            configuration?.Integral("MaxItems", 0, 100_000_000));
        configuration?.RefuseOthers("A ReaderConfig");
        return reader;
    }

    private static Fields? Part(Fields owner, string field) =>
        owner.Value(field, JsonValueKind.Object) is { } source ? new(source, owner.PointerTo(field), owner.Findings, owner.Language) : null;

    private static string ArgumentsField(Fields fields) => fields.IsJsonata ? "Arguments" : "Parameters";

    private static Template? Arguments(Fields fields) => fields.Template(ArgumentsField(fields));

    private static string? OneOf(Fields? fields, string field, params string[] allowed)
    {
        if (fields?.Text(field) is not { } text)
            return null;
        if (allowed.Contains(text, StringComparer.Ordinal))
            return text;
        fields.Add(field, Rules.OutOfRange, $"'{text}' is not one of {string.Join(", ", allowed)}.");
        return null;
    }
}
