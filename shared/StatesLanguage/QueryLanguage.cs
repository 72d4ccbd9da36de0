namespace Flow.StatesLanguage;

/// <summary>The languages that expressions of a definition are written in.</summary>
public enum QueryLanguage
{
    /// <summary>JSONPath, intrinsic functions and payload templates; the language of a definition that names none.</summary>
    JSONPath,

    /// <summary>JSONata, between <c>{%</c> and <c>%}</c>.</summary>
    JSONata,
}
