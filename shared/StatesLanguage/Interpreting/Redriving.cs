using Flow.StatesLanguage.States;

namespace Flow.StatesLanguage.Interpreting;

/// <summary>A scope that ended ill, or was cancelled, goes on: at the node it stood at, or at another.</summary>
internal static class Redriving
{
    public static Move? Begin(Walk walk, Signal.Redriven redriven)
    {
        var scope = walk.Scope;
        var node = redriven.Node ?? scope.Node!;
        if (!walk.Machine.Has(node))
            throw new ArgumentException($"The machine '{scope.Machine}' has no state '{node}' to be redriven from.", nameof(redriven));
        var input = redriven.Input ?? (node == scope.Node ? scope.Input : throw new ArgumentException($"The input of '{node}' is missing: only the node a scope stands at has one.", nameof(redriven)));

        walk.Scope = scope with { Status = ScopeStatus.Running, Redrives = redriven.Number };
        if (walk.IsRoot)
            walk.Record(new() { Type = "ExecutionRedriven" });
        if (node == scope.Node && redriven.Input is null && Group(scope) is { } group)
            return Reopen(walk, group);
        return new(node, input);
    }

    /// <summary>The children that had ended well are counted; the others run.</summary>
    public static Move? Reopened(Walk walk, int succeeded)
    {
        var children = walk.Scope.Children! with { Succeeded = succeeded };
        walk.Scope = walk.Scope with { Children = children };
        if (succeeded == children.Total)
            walk.Issue(new Command.JoinChildren(walk.Scope.Token!.Value));
        return null;
    }

    /// <summary>The children that a Map or Parallel had when it failed, or when it was cancelled in the middle.</summary>
    private static FailedGroup? Group(Scope scope) =>
        scope.FailedGroup ?? (scope is { Children: { } children, Token: { } token } ? new(token, children.Total) : null);

    /// <summary>Under a new token, so that what the children told before counts no more.</summary>
    private static Move? Reopen(Walk walk, FailedGroup group)
    {
        var token = walk.NewToken();
        walk.Scope = walk.Scope with { Token = token, FailedGroup = null, Children = new(group.Total, 0, 0), Attempts = 1, Retries = [], MapStage = null, TaskInput = default };
        if (walk.Node is MapState { IsDistributed: true })
            walk.Record(new() { Type = "MapRunRedriven", Node = walk.Node.Name });
        var maxConcurrency = walk.Node is MapState { MaxConcurrency: { } most } ? Numbers.Integer(most, walk.Seeing(Entering.Selected(walk)), 0, int.MaxValue) : 0;
        walk.Issue(new Command.RedriveScopes(group.Token, token, maxConcurrency));
        return null;
    }
}
