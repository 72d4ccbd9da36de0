using System.Text.Json;
using Flow.StatesLanguage.Expressions;
using Flow.StatesLanguage.MapData;
using Flow.StatesLanguage.States;

namespace Flow.StatesLanguage.Interpreting;

/// <summary>A distributed Map whose items are stored elsewhere: the driver is asked for them, and the Map opens when they are there.</summary>
internal static class ItemFetching
{
    public static Move? Fetch(Walk walk, MapState map, Evaluation seeing)
    {
        Opening.Announce(walk, map, 0);
        try
        {
            walk.Issue(new Command.ReadItems(walk.Scope.Token!.Value, map.Name, Source(map.ItemReader!, seeing)));
        }
        catch (EvaluationException e) when (e.Error == ItemReading.Error)
        {
            return Joining.Failed(walk, new Failure(e.Error, e.Cause));
        }

        walk.Scope = walk.Scope with { MapStage = MapStage.Reading };
        return null;
    }

    public static Move? Fetched(Walk walk, JsonElement items)
    {
        var map = (MapState)walk.Node;
        walk.Scope = walk.Scope with { MapStage = null };
        return Opening.OpenItems(walk, map, walk.Seeing(Entering.Selected(walk)), items);
    }

    public static Move? Failed(Walk walk, string error, string cause)
    {
        walk.Scope = walk.Scope with { MapStage = null };
        return Joining.Failed(walk, new Failure(error, cause));
    }

    private static ItemSource Source(ItemReader reader, Evaluation seeing)
    {
        var arguments = reader.Arguments?.Evaluate(seeing) ?? Json.EmptyObject;
        var isList = reader.Format == ItemFormat.Objects;
        var maxItems = reader.MaxItems is null ? 0 : Numbers.Integer(reader.MaxItems, seeing, int.MinValue, int.MaxValue);
        if (maxItems < 0)
            throw new EvaluationException(ItemReading.Error, "field MaxItems must be positive");
        return new ItemSource
        {
            Bucket = Text(arguments, "Bucket") ?? throw Missing("Bucket"),
            Key = isList ? null : Text(arguments, "Key") ?? throw Missing("Key"),
            Prefix = isList ? Text(arguments, "Prefix") ?? "" : "",
            Format = reader.Format,
            CsvHeaders = reader.CsvHeaders,
            CsvDelimiter = reader.CsvDelimiter,
            ItemsPointer = reader.ItemsPointer,
            MaxItems = maxItems,
        };
    }

    private static EvaluationException Missing(string name) => new(ItemReading.Error, $"The ItemReader's '{name}' is missing, or no text.");

    internal static string? Text(JsonElement arguments, string name) =>
        arguments.ValueKind == JsonValueKind.Object && arguments.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
