namespace Flow.StatesLanguage.Expressions;

/// <summary>An expression could not be evaluated. A workflow error: the interpreter turns it into data (Error, Cause) and it never leaves the assembly.</summary>
internal sealed class EvaluationException(string error, string cause, string? location = null) : Exception(cause)
{
    /// <summary>A <c>States.*</c> error name; see <see cref="ErrorNames"/>.</summary>
    public string Error { get; } = error;

    /// <summary>What went wrong, for people.</summary>
    public string Cause { get; } = cause;

    /// <summary>The field of the state that a JSONata expression stands in, e.g. <c>Output/total</c>; null: none, or not JSONata.</summary>
    public string? Location { get; } = location;
}
