namespace Flow.Simulation.Tests;

/// <summary>What handlers do: a function of the item alone, so that a run's outcome does not depend on who handles it when.</summary>
internal static class Handlers
{
    private static readonly JournalEntry[] Entries = [new() { Kind = "begun" }, new() { Kind = "done" }];

    /// <summary>The answer; null: it never comes.</summary>
    public static object? Answer(NodeWorkItem item) => item.Handler switch
    {
        "mute" => null,
        "bad" => Failure(item, "Bad"),
        "flaky" when item.Attempt == 1 => Failure(item, "Flaky"),
        _ => new NodeSucceeded { RunId = item.RunId, ScopeId = item.ScopeId, Token = item.Token, Output = item.Input, Journal = Entries },
    };

    private static NodeFailed Failure(NodeWorkItem item, string error) => new() { RunId = item.RunId, ScopeId = item.ScopeId, Token = item.Token, Error = error, Cause = item.Node };
}
