using System.Text.Json;
using Flow.StatesLanguage.Expressions;

namespace Flow.StatesLanguage.Interpreting;

/// <summary>The end of a scope.</summary>
internal static class Ending
{
    public static void Succeed(Walk walk, JsonElement output)
    {
        Close(walk, ScopeStatus.Succeeded);
        walk.Scope = walk.Scope with { Input = output };
        Record(walk, "Succeeded", happened => happened with { Output = output });
        walk.Issue(new Command.Succeed(output));
    }

    public static void Fail(Walk walk, Failure failure)
    {
        Close(walk, ScopeStatus.Failed);
        Record(walk, "Failed", happened => happened with { Error = failure.Error, Cause = failure.Cause });
        walk.Issue(new Command.Fail(failure.Error, failure.Cause));
    }

    private static void Close(Walk walk, ScopeStatus status) => walk.Scope = walk.Scope with
    {
        Status = status,
        Token = null,
        TaskInput = default,
        DispatchedAt = null,
        HeartbeatSeconds = null,
        Vitals = null,
        Children = null,
        MapStage = null,
    };

    /// <summary>Of a run or an iteration; the end of a branch is no event.</summary>
    private static void Record(Walk walk, string ending, Func<HistoryRecord, HistoryRecord> fill)
    {
        if (walk.IsRoot)
            walk.Record(fill(new() { Type = $"Execution{ending}" }));
        else if (walk.Iterated is { } map)
            walk.Record(fill(new() { Type = $"MapIteration{ending}", Node = map.Name, Index = walk.Scope.Index }));
    }
}
