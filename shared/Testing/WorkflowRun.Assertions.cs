using System.Text.Json;

namespace Flow.Testing;

public sealed partial class WorkflowRun
{
    private const int LongestList = 40;

    /// <summary>The run succeeded.</summary>
    /// <exception cref="WorkflowTestException">It did not.</exception>
    public WorkflowRun ShouldSucceed() => Require(State == RunState.Succeeded, "The run should have succeeded");

    /// <summary>The run succeeded with this output: equal as JSON, the order of members aside.</summary>
    /// <exception cref="WorkflowTestException">It did not.</exception>
    public WorkflowRun ShouldSucceed(object? output)
    {
        ShouldSucceed();
        return Same("The output differs", Json(output), Output);
    }

    /// <summary>The run failed with this error.</summary>
    /// <param name="error">Error name; null: none.</param>
    /// <exception cref="WorkflowTestException">It did not.</exception>
    public WorkflowRun ShouldFail(string? error) =>
        Require(State == RunState.Failed && Error == error, $"The run should have failed with {error ?? "no error name"}");

    /// <summary>The run failed with this error and cause.</summary>
    /// <exception cref="WorkflowTestException">It did not.</exception>
    public WorkflowRun ShouldFail(string? error, string? cause) =>
        Require(State == RunState.Failed && Error == error && Cause == cause, $"The run should have failed with {error ?? "no error name"}: {cause ?? "no cause"}");

    /// <summary>The run did not end within the TimeoutSeconds of its definition.</summary>
    /// <exception cref="WorkflowTestException">It did.</exception>
    public WorkflowRun ShouldTimeOut() => Require(State == RunState.TimedOut, "The run should have timed out");

    /// <summary>The run is under way and waits at these nodes and no others, whatever their order.</summary>
    /// <exception cref="WorkflowTestException">It does not.</exception>
    public WorkflowRun ShouldWaitAt(params IReadOnlyList<string> nodes) => Require(
        State == RunState.Running && Waiting.Order(StringComparer.Ordinal).SequenceEqual(nodes.Order(StringComparer.Ordinal), StringComparer.Ordinal),
        $"The run should wait at {List(nodes)}");

    /// <summary>The run entered these nodes in this order, and no others (see <see cref="Path"/>).</summary>
    /// <exception cref="WorkflowTestException">It did not.</exception>
    public WorkflowRun ShouldTake(params IReadOnlyList<string> nodes) =>
        Require(Path.SequenceEqual(nodes, StringComparer.Ordinal), $"The run should have taken the path {List(nodes)}");

    /// <summary>The variables are these: equal as JSON, the order of members aside.</summary>
    /// <exception cref="WorkflowTestException">They are not.</exception>
    public WorkflowRun ShouldHaveVariables(object variables) => Same("The variables differ", Json(variables), Variables);

    internal string Report() =>
        $"  path:     {List(Path)}\n  attempts: {(_attempts.Count == 0 ? "none" : List([.. _attempts.Select(a => a.ToString())]))}\n  clock:    {Duration} after the start";

    private WorkflowRun Require(bool holds, string expected) => holds ? this : throw new WorkflowTestException($"{expected}, but {Words.For(this)}.\n{Report()}");

    private WorkflowRun Same(string finding, JsonElement expected, JsonElement actual)
    {
        if (Values.FirstDifference(expected, actual) is not { } pointer)
            return this;

        throw new WorkflowTestException(
            $"{finding} from what was expected, first at {(pointer.Length == 0 ? "the top" : pointer)}.\n"
            + $"  expected: {Words.Short(expected.GetRawText())}\n  actual:   {Words.Short(actual.GetRawText())}\n{Report()}");
    }

    private static string List(IReadOnlyList<string> items) => items.Count <= LongestList
        ? string.Join(", ", items)
        : $"… {items.Count - LongestList} more, {string.Join(", ", items.Skip(items.Count - LongestList))}";
}
