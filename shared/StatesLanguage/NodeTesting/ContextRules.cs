using System.Text.Json;

namespace Flow.StatesLanguage.NodeTesting;

/// <summary>What a context object may hold that a test is given.</summary>
internal static class ContextRules
{
    private static readonly Dictionary<string, string[]> Fields = new(StringComparer.Ordinal)
    {
        [""] = ["Execution", "Map", "State", "StateMachine", "Task"],
        ["Execution"] = ["Id", "Input", "Name", "RedriveCount", "RedriveTime", "RoleArn", "StartTime"],
        ["Map"] = ["Item"],
        ["Map.Item"] = ["Index", "Key", "Source", "Value"],
        ["State"] = ["EnteredTime", "Name", "RetryCount"],
        ["StateMachine"] = ["Id", "Name"],
        ["Task"] = ["Token"],
    };

    /// <summary>What is wrong with it; null when nothing is.</summary>
    public static string? Fault(JsonElement context, bool showsToken)
    {
        if (Fault(context, "") is { } fault)
            return fault;
        return !showsToken && context.TryGetProperty("Task", out _)
            ? "The context object has a 'Task', but only a Task whose Resource ends in .waitForTaskToken or .sync shows its token: leave it out."
            : null;
    }

    private static string? Fault(JsonElement value, string path)
    {
        var name = path.Length == 0 ? "The context object" : $"'{path}' of the context object";
        if (value.ValueKind != JsonValueKind.Object)
            return $"{name} must be an object, but is {Reading.Fields.NameOf(value.ValueKind)}.";

        foreach (var member in value.EnumerateObject())
        {
            if (!Fields[path].Contains(member.Name))
                return $"{name} has no field '{member.Name}': use {string.Join(", ", Fields[path])}.";
            var inner = path.Length == 0 ? member.Name : $"{path}.{member.Name}";
            if (Fields.ContainsKey(inner) && Fault(member.Value, inner) is { } fault)
                return fault;
        }

        return null;
    }
}
