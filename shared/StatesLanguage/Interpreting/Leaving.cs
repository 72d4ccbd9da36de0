using System.Text.Json;
using Flow.StatesLanguage.Expressions;
using Flow.StatesLanguage.States;

namespace Flow.StatesLanguage.Interpreting;

/// <summary>Going on from a node that ended well.</summary>
internal static class Leaving
{
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

        walk.Record(new() { Type = $"{walk.Node.Type}StateExited", Node = walk.Node.Name, Output = output, Assigned = assigned });
        if (assigned is { } members)
            walk.Scope = walk.Scope with { Variables = Json.Merge(walk.Scope.Variables, members) };
        if (next is not null)
            return new(next, output);

        Ending.Succeed(walk, output);
        return null;
    }
}
