namespace Flow.StatesLanguage.Expressions;

/// <summary>An expression could not be evaluated. A workflow error: the interpreter turns it into data (Error, Cause) and it never leaves the assembly.</summary>
internal sealed class EvaluationException(string error, string cause) : Exception(cause)
{
    /// <summary>A <c>States.*</c> error name; see <see cref="ErrorNames"/>.</summary>
    public string Error { get; } = error;

    /// <summary>What went wrong, for people.</summary>
    public string Cause { get; } = cause;
}
