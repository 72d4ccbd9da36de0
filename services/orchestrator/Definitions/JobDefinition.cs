using System.Text.Json;
using Flow.Contracts;
using Flow.Orchestrator.Storage;

namespace Flow.Orchestrator.Definitions;

/// <summary>
/// The built-in workflows of <see cref="Jobs"/>. They follow from their name and version alone, so none is stored. Runs that are under way get the text of the release that runs them: the name of the node stays.
/// </summary>
internal static class JobDefinition
{
    /// <summary>The version, or version 1 when none is named; null: there is no such job.</summary>
    public static WorkflowVersion? Find(string workflow, int? version)
    {
        var number = version ?? 1;
        if (Jobs.HandlerOf(workflow) is not { } handler || Jobs.FaultOfHandler(handler) is not null || !Jobs.HasVersion(number))
            return null;
        var text = Text(handler, Jobs.AttemptsOf(number) ?? 1);
        return new() { Name = workflow, Version = number, Hash = WorkflowCatalog.HashOf(text), Definition = text, RegisteredAt = DateTimeOffset.UnixEpoch };
    }

    /// <summary>An input that the handler cannot read will not become better; anything else is tried again.</summary>
    private static string Text(string handler, int attempts)
    {
        var retry = attempts == 1 ? "" : $$"""
            "Retry": [
              {"ErrorEquals": ["Flow.InvalidInput"], "MaxAttempts": 0},
              {"ErrorEquals": ["States.ALL"], "IntervalSeconds": 1, "BackoffRate": 2, "MaxDelaySeconds": 300, "JitterStrategy": "FULL", "MaxAttempts": {{attempts - 1}} }],
            """;
        return JsonSerializer.Serialize(JsonElement.Parse($$"""{"StartAt": "Job", "States": {"Job": {"Type": "Task", "Resource": "flow:{{handler}}", {{retry}} "End": true} } }"""));
    }
}
