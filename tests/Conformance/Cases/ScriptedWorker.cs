using System.Text.Json;
using Flow.Testing.Driving;
using Flow.Conformance.Judging;
using Flow.StatesLanguage;

namespace Flow.Conformance.Cases;

/// <summary>Answers attempts from the script of a case, and notes what differs from it.</summary>
internal sealed class ScriptedWorker(JsonElement tasks)
{
    private readonly List<JsonElement> _unused = tasks.ValueKind == JsonValueKind.Array ? [.. tasks.EnumerateArray()] : [];

    public List<string> Differences { get; } = [];

    public Answer Work(Command.DispatchWorkItem item)
    {
        var entries = _unused.Where(t => t.GetProperty("state").GetString() == item.Node).ToList();
        if (entries.Count == 0)
        {
            Differences.Add($"task {item.Node}: attempt {item.Attempt} is not in the script");
            return new Answer.Silence();
        }

        var fitting = entries.FindIndex(e => Mismatches(e, item).Count == 0);
        var entry = entries[Math.Max(0, fitting)];
        if (fitting < 0)
            Differences.AddRange(Mismatches(entry, item));
        if (!entry.TryGetProperty("every", out var every) || every.ValueKind != JsonValueKind.True)
            _unused.Remove(entry);
        return Outcome(entry.GetProperty("outcome"), item.Input) with { IsSubmitted = entry.TryGetProperty("submitted", out _) };
    }

    private static List<string> Mismatches(JsonElement entry, Command.DispatchWorkItem item) =>
        entry.TryGetProperty("payload", out var payload) ? [.. Wildcards.Compare(payload, item.Input, $"task {item.Node} payload")] : [];

    private static Answer Outcome(JsonElement outcome, JsonElement input)
    {
        if (outcome.TryGetProperty("return", out var result))
            return new Answer.Success(result);
        if (outcome.TryGetProperty("error", out var error))
            return new Answer.Failure(error.GetString(), outcome.TryGetProperty("cause", out var cause) ? cause.GetString() : null);
        if (outcome.TryGetProperty("returnRepeat", out var repeat))
            return new Answer.Success(JsonSerializer.SerializeToElement(string.Concat(Enumerable.Repeat(repeat.GetProperty("char").GetString(), repeat.GetProperty("count").GetInt32()))));
        if (outcome.TryGetProperty("echo", out var echo))
            return new Answer.Success(echo.GetString() == "payload" ? input : JsonSerializer.SerializeToElement(new { Payload = input.GetProperty("Payload"), StatusCode = 200 }));
        return new Answer.Silence();
    }
}
