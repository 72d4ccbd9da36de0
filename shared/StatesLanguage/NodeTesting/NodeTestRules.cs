using System.Text.Json;
using Flow.StatesLanguage.States;

namespace Flow.StatesLanguage.NodeTesting;

/// <summary>What a test must be like to fit its node.</summary>
internal static class NodeTestRules
{
    /// <summary>Why the test cannot be made; null when it can.</summary>
    public static Refusal? Refusal(NodeTest test, TestedNode node) =>
        Values(test, node.State) ?? MockOf(test.Mock, node.State) ?? Settings(test, node.State);

    private static Refusal? Values(NodeTest test, State state)
    {
        if (!Interpreter.Accepts(test.Input))
            return Refuse(RefusalRules.InvalidInput, "The input contains a text that is not valid Unicode (half of a surrogate pair).");
        if (test.Variables.ValueKind is not (JsonValueKind.Object or JsonValueKind.Undefined))
            return Refuse(RefusalRules.InvalidInput, $"The variables must be an object of values by name, but are {Reading.Fields.NameOf(test.Variables.ValueKind)}.");
        if (!Interpreter.Accepts(test.Variables))
            return Refuse(RefusalRules.InvalidInput, "The variables contain a text that is not valid Unicode (half of a surrogate pair).");
        if (!Interpreter.Accepts(test.Context))
            return Refuse(RefusalRules.InvalidContext, "The context object contains a text that is not valid Unicode (half of a surrogate pair).");
        return test.Context.ValueKind != JsonValueKind.Undefined && ContextRules.Fault(test.Context, state is TaskState { Target.ShowsToken: true }) is { } fault
            ? Refuse(RefusalRules.InvalidContext, fault)
            : null;
    }

    private static Refusal? MockOf(Mock? mock, State state)
    {
        var works = state is TaskState or MapState or ParallelState;
        return mock switch
        {
            null when works => Refuse(RefusalRules.MissingMock, $"'{state.Name}' is a {state.Type}, and a test does no work: give a mock, a result or an error."),
            null => null,
            _ when !works => Refuse(RefusalRules.InvalidMock, $"'{state.Name}' is a {state.Type} and does no work: give no mock."),
            { ErrorOutput: not null, Result.ValueKind: not JsonValueKind.Undefined } => Refuse(RefusalRules.InvalidMock, "The mock has a result and an error: give one of them."),
            { ErrorOutput: null, Result.ValueKind: JsonValueKind.Undefined } => Refuse(RefusalRules.InvalidMock, "The mock has neither a result nor an error: give one of them."),
            { ErrorOutput: null } => Result(mock.Result, state),
            _ => null,
        };
    }

    private static Refusal? Result(JsonElement result, State state)
    {
        if (state is ParallelState && (result.ValueKind != JsonValueKind.Array || result.GetArrayLength() != state.Machines.Count))
            return Refuse(RefusalRules.InvalidMockResult, $"The mocked result of '{state.Name}' must be an array of {state.Machines.Count} outputs, one for each branch.");
        if (state is MapState { ResultWriter.Arguments: not null })
            return result.ValueKind == JsonValueKind.Object ? null : Refuse(RefusalRules.InvalidMockResult, $"The mocked result of '{state.Name}' must be an object that says where its results were written.");
        if (state is MapState && result.ValueKind != JsonValueKind.Array)
            return Refuse(RefusalRules.InvalidMockResult, $"The mocked result of '{state.Name}' must be an array of outputs, one for each iteration.");
        return null;
    }

    private static Refusal? Settings(NodeTest test, State state)
    {
        if (test.RetryCount < 0)
            return Refuse(RefusalRules.InvalidSetting, $"The retry count is {test.RetryCount}; use 0 for the first attempt, 1 after one retry.");
        if (test.RetryCount > 0 && state.Retry.Count == 0)
            return Refuse(RefusalRules.InvalidSetting, $"'{state.Name}' has no Retry: give no retry count.");
        if (test.FailedNode is { } inner && (test.Mock?.ErrorOutput is null || !Contains(state, inner)))
            return Refuse(RefusalRules.InvalidSetting, $"The error cannot come from '{inner}': name a node inside '{state.Name}', and give a mocked error.");
        if (test.ItemReaderData is not null && state is not MapState { ItemReader: not null })
            return Refuse(RefusalRules.InvalidSetting, $"'{state.Name}' has no ItemReader: give no data for one to read.");
        return test.FailedIterations is { } failed ? Iterations(failed, test.Mock!, state) : null;
    }

    private static Refusal? Iterations(int failed, Mock mock, State state)
    {
        if (state is not MapState)
            return Refuse(RefusalRules.InvalidSetting, $"'{state.Name}' is a {state.Type} and has no iterations: give no count of failed ones.");
        var most = mock.Result.ValueKind == JsonValueKind.Array ? mock.Result.GetArrayLength() : int.MaxValue;
        return failed < 0 || failed > most
            ? Refuse(RefusalRules.InvalidSetting, $"{failed} iterations cannot have failed: the mocked result has {most}.")
            : null;
    }

    private static bool Contains(State state, string name) =>
        state.Machines.Any(m => m.States.Any(s => s.Name == name || Contains(s, name)));

    private static Refusal Refuse(string rule, string message) => new(rule, message, []);
}
