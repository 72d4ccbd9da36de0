namespace Flow.StatesLanguage.Expressions.Queries;

/// <summary>How a state has fared where an expression stands: it decides what <c>$states</c> has besides <c>input</c> and <c>context</c>.</summary>
internal enum Outcome
{
    /// <summary>It has not ended, or has no result of its own.</summary>
    None,

    /// <summary>Its work succeeded: <c>$states.result</c>.</summary>
    Result,

    /// <summary>Its error was caught: <c>$states.errorOutput</c>.</summary>
    Error,
}

/// <summary>The variable that the language itself gives a value.</summary>
internal static class StatesVariable
{
    public const string Name = "states";

    /// <summary>Why this member of it is never there; null when it is.</summary>
    public static string? Missing(string member, Outcome outcome) => member switch
    {
        "input" or "context" => null,
        "result" when outcome == Outcome.Result => null,
        "result" => "$states.result is there only in Output and Assign of a Task, Map or Parallel itself; use $states.input.",
        "errorOutput" when outcome == Outcome.Error => null,
        "errorOutput" => "$states.errorOutput is there only in Output and Assign of an entry of Catch.",
        _ => $"$states has no '{member}', but input, context, result and errorOutput.",
    };
}
