using System.Text.Json;
using Flow.StatesLanguage.Expressions;
using Flow.StatesLanguage.States;

namespace Flow.StatesLanguage.Interpreting;

/// <summary>Builds <c>$$</c>.</summary>
internal static class ContextObject
{
    private const string TimeFormat = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";

    public static JsonElement Of(Walk walk, JsonElement mapItem) =>
        walk.IsContextGiven ? Given(walk.GivenContext, mapItem) : Write(walk, mapItem, withInput: true);

    /// <inheritdoc cref="ContextPart"/>
    public static JsonElement At(Walk walk, JsonElement mapItem, IReadOnlyList<string> names, out int taken)
    {
        taken = 0;
        if (walk.IsContextGiven)
            return Given(walk.GivenContext, mapItem);

        // Iterations of a wide Map ask for these: they may not cost a copy of the run's input each.
        taken = 2;
        if (names is ["Execution", "Input", ..])
            return Input(walk.Execution);
        if (names is ["Map", "Item", ..] && mapItem.ValueKind != JsonValueKind.Undefined)
            return mapItem;

        taken = 0;
        return Write(walk, mapItem, withInput: names is ["Execution"]);
    }

    private static JsonElement Given(JsonElement context, JsonElement mapItem) => mapItem.ValueKind == JsonValueKind.Undefined
        ? context
        : Json.Merge(context, JsonBuffer.Write(writer =>
        {
            writer.WriteStartObject();
            WriteMap(writer, mapItem);
            writer.WriteEndObject();
        }));

    private static JsonElement Input(Execution execution) => execution.Input.ValueKind == JsonValueKind.Undefined ? Json.EmptyObject : execution.Input;

    private static JsonElement Write(Walk walk, JsonElement mapItem, bool withInput) => JsonBuffer.Write(writer =>
    {
        writer.WriteStartObject();
        WriteExecution(writer, walk.Execution, withInput);

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
            WriteMap(writer, mapItem);

        writer.WriteEndObject();
    });

    private static void WriteMap(Utf8JsonWriter writer, JsonElement mapItem)
    {
        writer.WriteStartObject("Map");
        writer.WritePropertyName("Item");
        writer.WriteVerbatim(mapItem);
        writer.WriteEndObject();
    }

    private static void WriteExecution(Utf8JsonWriter writer, Execution execution, bool withInput)
    {
        writer.WriteStartObject("Execution");
        writer.WriteString("Id", execution.ExecutionId ?? execution.RunId.ToString());
        if (withInput)
        {
            writer.WritePropertyName("Input");
            writer.WriteVerbatim(Input(execution));
        }

        writer.WriteString("StartTime", Time(execution.StartedAt));
        writer.WriteString("Name", execution.Name);
        if (execution.RoleArn is not null)
            writer.WriteString("RoleArn", execution.RoleArn);
        writer.WriteNumber("RedriveCount", 0);
        writer.WriteEndObject();
    }

    private static string Time(DateTimeOffset time) => time.UtcDateTime.ToString(TimeFormat, System.Globalization.CultureInfo.InvariantCulture);
}
