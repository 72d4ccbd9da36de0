using System.Collections.Frozen;

namespace Flow.StatesLanguage.Reading;

/// <summary>The field QueryLanguage, and which fields belong to one language alone.</summary>
internal static class Languages
{
    private static readonly FrozenSet<string> JsonataFields = new[] { "Arguments", "Output", "Items", "Condition" }.ToFrozenSet(StringComparer.Ordinal);

    private static readonly FrozenSet<string> PathFields = new[]
    {
        "InputPath", "OutputPath", "ResultPath", "Parameters", "ResultSelector", "Result", "Variable", "ItemsPath", "SecondsPath", "TimestampPath", "TimeoutSecondsPath",
        "HeartbeatSecondsPath", "ErrorPath", "CausePath", "MaxConcurrencyPath", "ToleratedFailureCountPath", "ToleratedFailurePercentagePath",
    }.ToFrozenSet(StringComparer.Ordinal);

    /// <summary>The language a field belongs to; null: to both, or to none.</summary>
    public static QueryLanguage? OfOnly(string field) =>
        JsonataFields.Contains(field) ? QueryLanguage.JSONata : PathFields.Contains(field) ? QueryLanguage.JSONPath : null;

    /// <summary>Reads the field of a machine or state; what stands around it holds when it is absent.</summary>
    public static QueryLanguage Read(Fields fields, QueryLanguage around)
    {
        switch (fields.Text("QueryLanguage"))
        {
            case null:
                return around;
            case "JSONata":
                return QueryLanguage.JSONata;
            case "JSONPath" when around == QueryLanguage.JSONata:
                fields.Add("QueryLanguage", Rules.QueryLanguageDowngrade, "'QueryLanguage' cannot be JSONPath where the whole definition is in JSONata: leave it out, or take JSONata from the definition and name it where it is used.");
                return around;
            case "JSONPath":
                return QueryLanguage.JSONPath;
            case var other:
                fields.Add("QueryLanguage", Rules.OutOfRange, $"'{other}' is not a query language: use JSONPath or JSONata.");
                return around;
        }
    }
}
