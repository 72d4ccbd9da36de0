using System.Text.Json;
using Flow.StatesLanguage.Expressions;
using Flow.StatesLanguage.Expressions.Queries;
using Flow.StatesLanguage.States;

namespace Flow.StatesLanguage.Interpreting;

/// <summary>Opening the children of a Map or Parallel.</summary>
internal static class Opening
{
    public static Move? Open(Walk walk)
    {
        var input = Entering.Selected(walk);
        return walk.Node is MapState map ? OpenMap(walk, map, input) : OpenParallel(walk, (ParallelState)walk.Node, input);
    }

    private static Move? OpenParallel(Walk walk, ParallelState parallel, JsonElement selected)
    {
        var input = parallel.Flow.Payload(walk, selected);
        walk.Record(new() { Type = "ParallelStateStarted", Node = parallel.Name });
        JsonElement? mapItem = walk.Scope.MapItem.ValueKind == JsonValueKind.Undefined ? null : walk.Scope.MapItem;
        Issue(walk, [.. parallel.Machines.Select((machine, index) => new ChildScope(index, machine.Pointer, input, mapItem))], maxConcurrency: 0);
        return null;
    }

    private static Move? OpenMap(Walk walk, MapState map, JsonElement selected)
    {
        var seeing = walk.Seeing(selected);
        if (map.ItemReader is not null)
            return ItemFetching.Fetch(walk, map, seeing);

        var items = map.ItemsPath?.Evaluate(seeing) ?? map.Items?.Evaluate(seeing) ?? selected;
        return items.ValueKind == JsonValueKind.Array ? OpenItems(walk, map, seeing, items) : throw NoItems(map, items);
    }

    /// <summary>Opens the iterations over the items.</summary>
    public static Move? OpenItems(Walk walk, MapState map, Evaluation seeing, JsonElement items)
    {
        if (map.Flow is PathFlow)
            walk.Trace?.Note("afterItemsPath", items);
        var maxConcurrency = map.MaxConcurrency is null ? 0 : Numbers.Integer(map.MaxConcurrency, seeing, 0, int.MaxValue);
        var scopes = Iterations(walk, map, seeing, items);
        walk.Trace?.Note("maxConcurrency", maxConcurrency);
        if (map.ItemReader is null)
            Announce(walk, map, scopes.Count);
        if (scopes.Count == 0)
            return Joining.Collected(walk, Json.EmptyArray);

        Issue(walk, scopes, maxConcurrency);
        return null;
    }

    /// <summary>Tells the history that the Map begins; before its run does, what it tolerates must be clear.</summary>
    public static void Announce(Walk walk, MapState map, int length)
    {
        walk.Record(new() { Type = "MapStateStarted", Node = map.Name, Length = length });
        Tolerance.Of(walk, map, length);
        if (map.IsDistributed)
            walk.Record(new() { Type = "MapRunStarted", Node = map.Name });
    }

    private static List<ChildScope> Iterations(Walk walk, MapState map, Evaluation seeing, JsonElement items)
    {
        var machine = map.Machines[0].Pointer;
        var inputs = items.EnumerateArray().Select((item, index) =>
        {
            var mapItem = MapItem(index, item);
            return (Input: map.ItemSelector?.Evaluate(walk.Seeing(seeing, mapItem)) ?? item, MapItem: (JsonElement?)mapItem);
        }).ToList();
        if (map.ItemSelector is not null)
            walk.Trace?.Note("afterItemSelector", inputs.Select(i => i.Input));
        if (map.ItemBatcher is { } batcher)
        {
            inputs = [.. Batching.Batches(batcher, seeing, inputs.Select(i => i.Input)).Select(batch => (batch, (JsonElement?)null))];
            walk.Trace?.Note("afterItemBatcher", inputs.Select(i => i.Input));
        }

        return [.. inputs.Select((input, index) => new ChildScope(index, machine, input.Input, input.MapItem))];
    }

    private static EvaluationException NoItems(MapState map, JsonElement found)
    {
        var kind = Reading.Fields.NameOf(found.ValueKind);
        return map.Flow is QueryFlow
            ? JsonataText.Failed(map.Items is null ? null : "Items", $"{(map.Items is null ? "Without 'Items' the input of a Map" : "'Items'")} must be an array, but is {kind}.")
            : new(ErrorNames.Runtime, $"ItemsPath must refer to an array, but does to {kind}: {map.ItemsPath?.Text ?? "$"}.");
    }

    private static JsonElement MapItem(int index, JsonElement value) => JsonBuffer.Write(writer =>
    {
        writer.WriteStartObject();
        writer.WriteNumber("Index", index);
        writer.WritePropertyName("Value");
        writer.WriteVerbatim(value);
        writer.WriteEndObject();
    });

    private static void Issue(Walk walk, IReadOnlyList<ChildScope> scopes, int maxConcurrency)
    {
        var names = walk.Node is MapState { IsDistributed: true } ? [] : walk.Node.Machines.SelectMany(m => m.VariableNames).ToHashSet(StringComparer.Ordinal);
        walk.Scope = walk.Scope with { Children = new(scopes.Count, 0, 0) };
        walk.Issue(new Command.OpenScopes(walk.Scope.Token!.Value, walk.Node.Name, scopes, Json.Pick(walk.Scope.Variables, names), maxConcurrency));
    }
}
