using System.Text.Json;
using Flow.Testing;
using Flow.Testing.Driving;
using Flow.StatesLanguage;
using Flow.StatesLanguage.States;

namespace Flow.Conformance.Judging;

/// <summary>Compares the history of a run with the recorded one.</summary>
internal static class Histories
{
    public static IEnumerable<string> Compare(JsonElement expected, Definition definition, VirtualRun run)
    {
        if (!expected.TryGetProperty("history", out var recorded) || !expected.TryGetProperty("historyOrder", out var order))
            return [];

        var events = recorded.EnumerateArray().ToList();
        // Executions of a distributed Map have histories of their own.
        var actual = run.History.Where(h => !IsDistributed(definition, h.Machine)).Select(Shown).ToList();
        return order.GetString() == "exact"
            ? Sequence(events, actual)
            : Multiset(events, actual, isPartial: expected.TryGetProperty("historyNote", out _));
    }

    private static IEnumerable<string> Sequence(List<JsonElement> expected, List<Dictionary<string, JsonElement>> actual)
    {
        for (var index = 0; index < Math.Max(expected.Count, actual.Count); index++)
        {
            if (index >= actual.Count || index >= expected.Count)
                return [$"history: {actual.Count} events instead of {expected.Count}; {(index < actual.Count ? $"too many from {actual[index]["type"]}" : $"missing from {expected[index].GetProperty("type")}")}"];
            if (Differences(expected[index], actual[index]).ToList() is { Count: > 0 } differences)
                return [$"history[{index}]: {string.Join("; ", differences)}"];
        }

        return [];
    }

    private static IEnumerable<string> Multiset(List<JsonElement> expected, List<Dictionary<string, JsonElement>> actual, bool isPartial)
    {
        var left = new List<Dictionary<string, JsonElement>>(actual);
        foreach (var wanted in expected)
        {
            var found = left.FindIndex(a => !Differences(wanted, a).Any());
            if (found < 0)
                yield return $"history: no {wanted.GetRawText()}";
            else
                left.RemoveAt(found);
        }

        if (!isPartial)
        {
            foreach (var extra in left)
                yield return $"history: {extra["type"]} was not expected";
        }
    }

    private static IEnumerable<string> Differences(JsonElement expected, Dictionary<string, JsonElement> actual)
    {
        var wanted = expected.EnumerateObject().ToDictionary(m => m.Name, m => m.Value, StringComparer.Ordinal);
        foreach (var (name, value) in wanted)
        {
            foreach (var difference in Wildcards.Compare(value, actual.GetValueOrDefault(name), name))
                yield return difference;
        }

        // Where the recording names none, there must be none.
        foreach (var name in (string[])["error", "assigned", "timeoutInSeconds", "heartbeatInSeconds"])
        {
            if (!wanted.ContainsKey(name) && actual.TryGetValue(name, out var extra))
                yield return $"{name}: {extra} instead of nothing";
        }
    }

    private static Dictionary<string, JsonElement> Shown(Happening happening)
    {
        var shown = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        void Add(string name, object? value)
        {
            if (value is not null)
                shown[name] = JsonSerializer.SerializeToElement(value);
        }

        var happened = happening.Event;
        Add("type", happened.Type);
        Add("state", happened.Node);
        Add("input", happened.Input);
        Add("output", happened.Output);
        Add("assigned", happened.Assigned is { } assigned && assigned.EnumerateObject().Any() ? assigned : null);
        Add("error", happened.Error);
        Add("index", happened.Index);
        Add("length", happened.Length);
        Add("location", happened.Location);
        Add("timeoutInSeconds", happening.TimeoutSeconds);
        Add("heartbeatInSeconds", happening.HeartbeatSeconds);
        if (happened.Type.StartsWith("MapIteration", StringComparison.Ordinal))
            shown.Remove("error");
        if (happened.Type is "MapStateFailed" or "ParallelStateFailed")
            shown.Remove("error");
        return shown;
    }

    private static bool IsDistributed(Definition definition, string machine)
    {
        for (var owner = definition.OwnerOf(machine); owner is not null; owner = definition.OwnerOf(owner.Pointer[..owner.Pointer.LastIndexOf("/States/", StringComparison.Ordinal)]))
        {
            if (owner is MapState { IsDistributed: true })
                return true;
        }

        return false;
    }
}
