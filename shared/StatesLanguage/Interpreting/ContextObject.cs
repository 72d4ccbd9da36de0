using System.Text.Json;
using Flow.Jsonata;
using Flow.StatesLanguage.Expressions;
using Flow.StatesLanguage.States;

namespace Flow.StatesLanguage.Interpreting;

/// <summary>Builds <c>$$</c>.</summary>
internal static class ContextObject
{
    private const string TimeFormat = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";

    public static JsonElement Of(Walk walk, JsonElement mapItem) => IsGiven(walk) ? Given(walk, mapItem) : Write(walk, mapItem, withInput: true, only: null);

    /// <inheritdoc cref="ContextPart"/>
    public static JsonElement At(Walk walk, JsonElement mapItem, IReadOnlyList<string> names, out int taken)
    {
        taken = 0;
        if (IsGiven(walk))
            return Given(walk, mapItem);

        // Iterations of a wide Map ask for these: they may not cost a copy of the run's input each.
        taken = 2;
        if (names is ["Execution", "Input", ..])
            return Input(walk.Execution);
        if (names is ["Map", "Item", ..] && mapItem.ValueKind != JsonValueKind.Undefined)
            return mapItem;

        taken = 0;
        return Write(walk, mapItem, withInput: names is ["Execution"], only: names[0]);
    }

    /// <summary>The same for JSONata: the run's input and the item are not copied.</summary>
    public static JsonataValue Query(Walk walk, JsonElement mapItem) => IsGiven(walk) ? JsonataValue.Of(Given(walk, mapItem)) : JsonataValue.Of(Parts(walk, mapItem));

    private static bool IsGiven(Walk walk) => walk.GivenContext.ValueKind != JsonValueKind.Undefined;

    /// <summary>The context object of a test, in which the items of a Map under test are put.</summary>
    private static JsonElement Given(Walk walk, JsonElement mapItem) => mapItem.ValueKind == JsonValueKind.Undefined
        ? walk.GivenContext
        : Json.Merge(walk.GivenContext, JsonBuffer.Write(writer =>
        {
            writer.WriteStartObject();
            WriteMap(writer, mapItem);
            writer.WriteEndObject();
        }));

    private static IEnumerable<(string Name, JsonataValue Value)> Parts(Walk walk, JsonElement mapItem)
    {
        foreach (var part in Write(walk, mapItem: default, withInput: false, only: null).EnumerateObject())
        {
            yield return part.Name == "Execution"
                ? (part.Name, JsonataValue.Of([.. part.Value.EnumerateObject().Select(m => (m.Name, JsonataValue.Of(m.Value))), ("Input", JsonataValue.Of(Input(walk.Execution)))]))
                : (part.Name, JsonataValue.Of(part.Value));
        }

        if (mapItem.ValueKind != JsonValueKind.Undefined)
            yield return ("Map", JsonataValue.Of(("Item", JsonataValue.Of(mapItem))));
    }

    private static JsonElement Input(Execution execution) => execution.Input.ValueKind == JsonValueKind.Undefined ? Json.EmptyObject : execution.Input;

    /// <summary>The members, or the one called <paramref name="only"/> alone: most paths ask for one.</summary>
    private static JsonElement Write(Walk walk, JsonElement mapItem, bool withInput, string? only) => JsonBuffer.Write(writer =>
    {
        writer.WriteStartObject();
        if (only is null or "Execution")
            WriteExecution(writer, walk.Execution, withInput);
        if (only is null or "StateMachine")
            WriteStateMachine(writer, walk.Execution);
        if (only is null or "State")
            WriteState(writer, walk);
        if (only is null or "Task" && walk.Node is TaskState { Target.ShowsToken: true } && walk.Scope.Token is { } token)
            WriteTask(writer, new(walk.Execution.RunId, walk.Scope.Id, token));
        if (only is null or "Map" && mapItem.ValueKind != JsonValueKind.Undefined)
            WriteMap(writer, mapItem);
        writer.WriteEndObject();
    });

    private static void WriteStateMachine(Utf8JsonWriter writer, Execution execution)
    {
        writer.WriteStartObject("StateMachine");
        writer.WriteString("Id", execution.StateMachineId ?? $"{execution.Workflow}:{execution.Version}");
        writer.WriteString("Name", execution.Workflow);
        writer.WriteEndObject();
    }

    private static void WriteState(Utf8JsonWriter writer, Walk walk)
    {
        writer.WriteStartObject("State");
        writer.WriteString("Name", walk.Scope.Node);
        writer.WriteString("EnteredTime", Time(walk.Scope.EnteredAt));
        if (walk.Node is TaskState or MapState or ParallelState)
            writer.WriteNumber("RetryCount", Math.Max(0, walk.Scope.Attempts - 1));
        writer.WriteEndObject();
    }

    private static void WriteTask(Utf8JsonWriter writer, TaskToken token)
    {
        writer.WriteStartObject("Task");
        writer.WriteString("Token", token.ToString());
        writer.WriteEndObject();
    }

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
        writer.WriteNumber("RedriveCount", execution.RedriveCount);
        if (execution.RedrivenAt is { } redrivenAt)
            writer.WriteString("RedriveTime", Time(redrivenAt));
        writer.WriteEndObject();
    }

    private static string Time(DateTimeOffset time) => time.UtcDateTime.ToString(TimeFormat, System.Globalization.CultureInfo.InvariantCulture);
}
