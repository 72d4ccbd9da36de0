using System.Text.Json;
using Flow.Conformance.Cases;
using Flow.Testing;
using Flow.Testing.Driving;
using Flow.StatesLanguage;

namespace Flow.Conformance.Judging;

/// <summary>Runs a case and compares all that it expects.</summary>
internal static class Executions
{
    private static readonly DateTimeOffset StartedAt = new(2025, 1, 15, 10, 30, 0, TimeSpan.Zero);

    public static IEnumerable<string> Judge(JsonElement body)
    {
        var reading = Definition.Read(body.GetProperty("definition").GetRawText());
        if (reading.Definition is not { } definition)
            return [$"definition refused: {Conformance.Judging.Judge.Show(reading.Findings)}"];

        var worker = new ScriptedWorker(body.TryGetProperty("tasks", out var tasks) ? tasks : default);
        var run = VirtualRun.Play(definition, Facts(body), worker.Work, objects: Objects(body));
        var expected = body.GetProperty("expected");
        return [.. Outcome(expected, run), .. worker.Differences, .. Histories.Compare(expected, definition, run)];
    }

    private static ObjectStore Objects(JsonElement body)
    {
        var objects = new ObjectStore();
        foreach (var item in body.TryGetProperty("s3", out var stored) ? stored.EnumerateObject().AsEnumerable() : [])
            objects[item.Name] = item.Value.GetString()!;
        return objects;
    }

    private static Execution Facts(JsonElement body)
    {
        const string Account = "us-east-1:111111111111";
        var isExpress = body.TryGetProperty("stateMachineType", out var type) && type.GetString() == "EXPRESS";
        return new(
            new Guid("00000000-0000-0000-0000-000000000001"),
            "run",
            "machine",
            1,
            body.TryGetProperty("input", out var input) ? input : JsonElement.Parse("{}"),
            StartedAt,
            isExpress ? $"arn:aws:states:{Account}:express:machine:run:1" : $"arn:aws:states:{Account}:execution:machine:run",
            "arn:aws:iam::111111111111:role/role",
            $"arn:aws:states:{Account}:stateMachine:machine");
    }

    private static IEnumerable<string> Outcome(JsonElement expected, VirtualRun run)
    {
        var status = run.State switch
        {
            RunState.Succeeded => "SUCCEEDED",
            RunState.Failed => "FAILED",
            RunState.TimedOut => "TIMED_OUT",
            _ => "RUNNING",
        };
        var differences = new List<string>();
        if (expected.GetProperty("status").GetString() != status)
            differences.Add($"status: {status} instead of {expected.GetProperty("status")} ({run.Error}: {run.Cause})");
        if (expected.TryGetProperty("output", out var output))
            differences.AddRange(Wildcards.Compare(output, run.Output, "output"));
        if (status == "FAILED")
            differences.AddRange(Failure(expected, run));
        return differences;
    }

    private static IEnumerable<string> Failure(JsonElement expected, VirtualRun run)
    {
        var error = expected.TryGetProperty("error", out var e) ? e : JsonElement.Parse("null");
        foreach (var difference in Wildcards.Compare(error, JsonSerializer.SerializeToElement(run.Error), "error"))
            yield return $"{difference} ({run.Cause})";

        // An engine's cause is its own wording.
        var origin = expected.TryGetProperty("causeOrigin", out var o) ? o.GetString() : null;
        if (origin is not ("task" or "definition") || !expected.TryGetProperty("cause", out var cause))
            yield break;
        foreach (var difference in Wildcards.Compare(cause, JsonSerializer.SerializeToElement(run.Cause), "cause"))
            yield return difference;
    }
}
