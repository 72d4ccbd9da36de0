using System.Text.Json;
using Flow.StatesLanguage.Expressions;
using Flow.StatesLanguage.States;

namespace Flow.StatesLanguage.Interpreting;

/// <summary>Going on from a node that ended well.</summary>
internal static class Leaving
{
    /// <summary>Most that all variables of a scope may have together, in bytes.</summary>
    private const int MaxVariablesBytes = 10 * 1024 * 1024;

    public const string DataLimitError = "States.DataLimitExceeded";

    public static string DataLimitCause(string name) =>
        $"The state/task '{name}' returned a result with a size exceeding the maximum number of bytes service limit.";

    /// <summary>From a node with a result.</summary>
    public static Move? Leave(Walk walk, JsonElement result) => Exit(walk, walk.Node.Flow.Finish(walk, result), walk.Node.Next);

    /// <summary>From a node without one.</summary>
    public static Move? Go(Walk walk, JsonElement selected) => Exit(walk, walk.Node.Flow.Pass(walk, selected), walk.Node.Next);

    /// <summary>All expressions of the node have been evaluated: what it assigns becomes visible now.</summary>
    public static Move? Exit(Walk walk, Shaped shaped, string? next)
    {
        var (output, assigned) = shaped;
        if (Json.IsLongerThan(output, walk.Execution.MaxPayloadBytes))
            throw new EvaluationException(DataLimitError, DataLimitCause(walk.Node.Name));

        var variables = assigned is { } members ? Assign(walk, members) : walk.Scope.Variables;
        walk.Record(new() { Type = $"{walk.Node.Type}StateExited", Node = walk.Node.Name, Output = output, Assigned = assigned });
        walk.Scope = walk.Scope with { Variables = variables };
        if (next is not null)
            return new(next, output);

        Ending.Succeed(walk, output);
        return null;
    }

    private static JsonElement Assign(Walk walk, JsonElement members)
    {
        if (Json.IsLongerThan(members, walk.Execution.MaxPayloadBytes))
            throw new EvaluationException(DataLimitError, $"The state '{walk.Node.Name}' assigns more than {walk.Execution.MaxPayloadBytes} bytes to variables.");
        var variables = Json.Merge(walk.Scope.Variables, members);
        return Json.IsLongerThan(variables, MaxVariablesBytes)
            ? throw new EvaluationException(DataLimitError, $"With those that the state '{walk.Node.Name}' assigns, the variables would have more than {MaxVariablesBytes} bytes.")
            : variables;
    }
}
