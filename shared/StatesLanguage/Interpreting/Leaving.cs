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

    /// <summary>From a node with a result: ResultSelector, Assign, ResultPath, OutputPath.</summary>
    public static Move? Leave(Walk walk, JsonElement result)
    {
        var node = (WorkingState)walk.Node;
        if (node.ResultSelector is not null)
            result = node.ResultSelector.Evaluate(walk.Seeing(result));
        walk.Trace?.Note(DataStep.AfterResultSelector, result);
        var assigned = node.Assign?.Evaluate(walk.Seeing(result));
        var placed = walk.Noted(DataStep.AfterResultPath, node.ResultPath.Apply(walk.Scope.Input, result));
        return Exit(walk, node.OutputPath.Apply(walk.Seeing(placed)), assigned, node.Next);
    }

    /// <summary>From a node without one: Assign, OutputPath.</summary>
    public static Move? Go(Walk walk, JsonElement input, PayloadTemplate? assign, string? next)
    {
        var assigned = assign?.Evaluate(walk.Seeing(input));
        return Exit(walk, walk.Node.OutputPath.Apply(walk.Seeing(input)), assigned, next);
    }

    /// <summary>All expressions of the node have been evaluated: what it assigns becomes visible now.</summary>
    public static Move? Exit(Walk walk, JsonElement output, JsonElement? assigned, string? next)
    {
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
