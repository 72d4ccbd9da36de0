using System.Text.Json;
using Flow.StatesLanguage.Expressions;
using Flow.StatesLanguage.MapData;
using Flow.StatesLanguage.States;

namespace Flow.StatesLanguage.Interpreting;

/// <summary>Children of a Map or Parallel close.</summary>
internal static class Joining
{
    public static Move? Closed(Walk walk, Signal.ChildClosed child)
    {
        var children = walk.Scope.Children!;
        children = child.Succeeded ? children with { Succeeded = children.Succeeded + 1 } : children with { Failed = children.Failed + 1 };
        walk.Scope = walk.Scope with { Children = children };
        if (!child.Succeeded && !Tolerance.Covers(walk, children))
            return Fail(walk, child);

        var token = walk.Scope.Token!.Value;
        if (children.Succeeded + children.Failed == children.Total)
            walk.Issue(new Command.JoinChildren(token));
        else if (walk.Node is MapState { MaxConcurrency: not (null or { Literal: 0 }) })
            walk.Issue(new Command.ReleaseScopes(token, 1));
        return null;
    }

    /// <summary>All outputs are there: the Map or Parallel ends with them, or has them written first.</summary>
    public static Move? Collected(Walk walk, JsonElement outputs)
    {
        if (ResultWriting.TryWrite(walk))
            return null;
        if (outputs.ValueKind == JsonValueKind.Undefined)
            throw new EvaluationException(Leaving.DataLimitError, Leaving.DataLimitCause(walk.Node.Name));
        return Joined(walk, walk.Node is MapState { ResultWriter: { } writer } ? ResultFiles.Transformed(outputs, writer.Transformation) : outputs);
    }

    public static Move? Joined(Walk walk, JsonElement outputs)
    {
        if (walk.Node is MapState { IsDistributed: true })
            walk.Record(new() { Type = "MapRunSucceeded", Node = walk.Node.Name });
        walk.Record(new() { Type = $"{walk.Node.Type}StateSucceeded", Node = walk.Node.Name });
        return Leaving.Leave(walk, outputs);
    }

    /// <summary>The Map or Parallel as a whole fails, and what is open of it is closed.</summary>
    public static Move? Failed(Walk walk, Failure failure)
    {
        if (walk.Scope is { Children: { } children, Token: { } token })
        {
            walk.Issue(new Command.CancelChildren(token));
            walk.Scope = walk.Scope with { FailedGroup = new(token, children.Total) };
        }

        if (walk.Node is MapState { IsDistributed: true })
            walk.Record(new() { Type = "MapRunFailed", Node = walk.Node.Name, Error = failure.Error, Cause = failure.Cause });
        walk.Record(new() { Type = $"{walk.Node.Type}StateFailed", Node = walk.Node.Name, Error = failure.Error, Cause = failure.Cause });
        return Failing.Fail(walk, failure);
    }

    private static Move? Fail(Walk walk, Signal.ChildClosed child) =>
        Failed(walk, walk.Node is MapState map && Tolerance.IsSet(map) ? Tolerance.Exceeded(child) : new(child.Error, child.Cause));
}
