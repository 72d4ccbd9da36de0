using System.Text.Json;
using Flow.StatesLanguage.Expressions;
using Flow.StatesLanguage.States;

namespace Flow.StatesLanguage.Interpreting;

/// <summary>Builds <c>$$</c>.</summary>
internal static class ContextObject
{
    private const string TimeFormat = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";

    public static JsonElement Of(Walk walk, JsonElement mapItem) => JsonBuffer.Write(writer =>
    {
        writer.WriteStartObject();
        WriteExecution(writer, walk.Execution);

        writer.WriteStartObject("StateMachine");
        writer.WriteString("Id", walk.Execution.StateMachineId ?? $"{walk.Execution.Workflow}:{walk.Execution.Version}");
        writer.WriteString("Name", walk.Execution.Workflow);
        writer.WriteEndObject();

        writer.WriteStartObject("State");
        writer.WriteString("Name", walk.Scope.Node);
        writer.WriteString("EnteredTime", Time(walk.Scope.EnteredAt));
        if (walk.Node is TaskState or MapState or ParallelState)
            writer.WriteNumber("RetryCount", Math.Max(0, walk.Scope.Attempts - 1));
        writer.WriteEndObject();

        if (walk.Node is TaskState { Target.ShowsToken: true } && walk.Scope.Token is { } token)
        {
            writer.WriteStartObject("Task");
            writer.WriteString("Token", token.ToString());
            writer.WriteEndObject();
        }

        if (mapItem.ValueKind != JsonValueKind.Undefined)
        {
            writer.WriteStartObject("Map");
            writer.WritePropertyName("Item");
            writer.WriteVerbatim(mapItem);
            writer.WriteEndObject();
        }

        writer.WriteEndObject();
    });

    private static void WriteExecution(Utf8JsonWriter writer, Execution execution)
    {
        writer.WriteStartObject("Execution");
        writer.WriteString("Id", execution.ExecutionId ?? execution.RunId.ToString());
        writer.WritePropertyName("Input");
        writer.WriteVerbatim(execution.Input.ValueKind == JsonValueKind.Undefined ? Json.EmptyObject : execution.Input);
        writer.WriteString("StartTime", Time(execution.StartedAt));
        writer.WriteString("Name", execution.Name);
        if (execution.RoleArn is not null)
            writer.WriteString("RoleArn", execution.RoleArn);
        writer.WriteNumber("RedriveCount", 0);
        writer.WriteEndObject();
    }

    private static string Time(DateTimeOffset time) => time.UtcDateTime.ToString(TimeFormat, System.Globalization.CultureInfo.InvariantCulture);
}
