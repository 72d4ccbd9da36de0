namespace Flow.StatesLanguage.Reading;

/// <summary>The ids of the rules that a definition may break; stable, as people and tools match them.</summary>
internal static class Rules
{
    public const string NotJson = "not-json";
    public const string DuplicateKey = "duplicate-key";
    public const string MissingField = "missing-field";
    public const string UnknownField = "unknown-field";
    public const string ExclusiveFields = "exclusive-fields";
    public const string WrongType = "wrong-type";
    public const string OutOfRange = "out-of-range";
    public const string UnknownType = "unknown-type";
    public const string InvalidPath = "invalid-path";
    public const string InvalidExpression = "invalid-expression";
    public const string UnavailableValue = "unavailable-value";
    public const string InvalidResultPath = "invalid-result-path";
    public const string InvalidTimestamp = "invalid-timestamp";
    public const string InvalidErrorEquals = "invalid-error-equals";
    public const string InvalidName = "invalid-name";
    public const string OuterVariable = "outer-variable";
    public const string DuplicateState = "duplicate-state";
    public const string MissingTarget = "missing-target";
    public const string UnreachableState = "unreachable-state";
    public const string NoTerminalState = "no-terminal-state";
    public const string NoWayToEnd = "no-way-to-end";
    public const string NotInExpress = "not-in-express";
    public const string UnknownResource = "unknown-resource";
    public const string QueryLanguageDowngrade = "query-language-downgrade";
}
