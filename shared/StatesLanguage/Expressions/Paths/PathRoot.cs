namespace Flow.StatesLanguage.Expressions.Paths;

/// <summary>Where a path begins.</summary>
internal enum PathRoot
{
    /// <summary><c>$</c>: the input.</summary>
    Input,

    /// <summary><c>$$</c>: the context object.</summary>
    Context,

    /// <summary><c>$name</c>: a variable.</summary>
    Variable,

    /// <summary><c>@</c>: the value that a filter looks at.</summary>
    Current,
}
