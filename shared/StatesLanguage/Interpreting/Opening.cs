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
        var items = map.ItemsPath?.Evaluate(seeing) ?? map.Items?.Evaluate(seeing) ?? selected;
        if (items.ValueKind != JsonValueKind.Array)
            throw NoItems(map, items);

        var maxConcurrency = map.MaxConcurrency is null ? 0 : Numbers.Integer(map.MaxConcurrency, seeing, 0, int.MaxValue);
        var machine = map.Machines[0].Pointer;
        var scopes = new List<ChildScope>(items.GetArrayLength());
        foreach (var item in items.EnumerateArray())
        {
            var mapItem = MapItem(scopes.Count, item);
            scopes.Add(new(scopes.Count, machine, map.ItemSelector?.Evaluate(walk.Seeing(seeing, mapItem)) ?? item, mapItem));
        }

        walk.Record(new() { Type = "MapStateStarted", Node = map.Name, Length = scopes.Count });
        Tolerance.Of(walk, map, scopes.Count);
        if (map.IsDistributed)
            walk.Record(new() { Type = "MapRunStarted", Node = map.Name });
        if (scopes.Count == 0)
            return Joining.Joined(walk, Json.EmptyArray);

        Issue(walk, scopes, maxConcurrency);
        return null;
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
