namespace Flow.StatesLanguage.NodeTesting;

/// <summary>Stable ids of the reasons to refuse a test.</summary>
public static class RefusalRules
{
    /// <summary>The definition is not sound.</summary>
    public const string InvalidDefinition = "invalid-definition";

    /// <summary>The definition has no node of that name, or has several and none was named.</summary>
    public const string UnknownNode = "unknown-node";

    /// <summary>The node works, and nothing stands for the work.</summary>
    public const string MissingMock = "missing-mock";

    /// <summary>The node does no work that a mock could stand for, or the mock says two things.</summary>
    public const string InvalidMock = "invalid-mock";

    /// <summary>The mocked result has not the form that the node's work gives.</summary>
    public const string InvalidMockResult = "invalid-mock-result";

    /// <summary>The context object has a field or form that no run's has.</summary>
    public const string InvalidContext = "invalid-context";

    /// <summary>Input or variables cannot be a run's.</summary>
    public const string InvalidInput = "invalid-input";

    /// <summary>A setting of the test does not fit the node.</summary>
    public const string InvalidSetting = "invalid-setting";
}
