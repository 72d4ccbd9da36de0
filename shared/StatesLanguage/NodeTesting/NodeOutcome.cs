using System.Text.Json;

namespace Flow.StatesLanguage.NodeTesting;

/// <summary>What becomes of a node under test.</summary>
public enum NodeTestStatus
{
    /// <summary>It ended well.</summary>
    Succeeded,

    /// <summary>It ended with an error that nothing catches; so does a Fail.</summary>
    Failed,

    /// <summary>An error made a Retrier try again.</summary>
    Retriable,

    /// <summary>A Catcher took an error.</summary>
    CaughtError,
}

/// <summary>What became of a node under test.</summary>
public sealed record NodeOutcome
{
    /// <summary>How it ended.</summary>
    public required NodeTestStatus Status { get; init; }

    /// <summary>Where the node stands in the definition: a JSON pointer; empty for a state that was given alone.</summary>
    public required string Pointer { get; init; }

    /// <summary>Its output, once it succeeded or an error was caught; else undefined.</summary>
    public JsonElement Output { get; init; }

    /// <summary>The error, unless it succeeded.</summary>
    public string? Error { get; init; }

    /// <summary>The error's cause.</summary>
    public string? Cause { get; init; }

    /// <summary>The field whose JSONata expression failed, e.g. <c>Output/total</c>; null where none did.</summary>
    public string? Location { get; init; }

    /// <summary>The node that follows; null where the machine ends, and before a retry.</summary>
    public string? NextNode { get; init; }

    /// <summary>
    /// The data after each step by the step's name, in the order of the steps. The names, each where the node has that step: <c>input</c>, <c>afterInputPath</c>,
    /// <c>afterParameters</c>, <c>afterArguments</c>, <c>afterItemsPath</c>, <c>afterItemSelector</c>, <c>afterItemBatcher</c>, <c>maxConcurrency</c>,
    /// <c>toleratedFailureCount</c>, <c>toleratedFailurePercentage</c>, <c>result</c>, <c>afterResultSelector</c>, <c>afterResultPath</c>, <c>variables</c> (after
    /// the node, when there are any), and <c>errorDetails</c> with <c>retryIndex</c> and <c>retryBackoffIntervalSeconds</c>, or <c>catchIndex</c>.
    /// </summary>
    public required IReadOnlyDictionary<string, JsonElement> Inspection { get; init; }

    /// <summary>What the interpreter asked for, in order: the work item of a Task, the scopes of a Map or Parallel, timers, history.</summary>
    public required IReadOnlyList<Command> Commands { get; init; }
}

/// <summary>Why a test cannot be made.</summary>
/// <param name="Rule">Stable id of the reason, e.g. <c>unknown-node</c>; see <see cref="RefusalRules"/>.</param>
/// <param name="Message">What is wrong and how to mend it.</param>
/// <param name="Findings">What is wrong with the definition, for <see cref="RefusalRules.InvalidDefinition"/>; else empty.</param>
public sealed record Refusal(string Rule, string Message, IReadOnlyList<Finding> Findings);

/// <summary>The outcome of a test, or why it could not be made: exactly one of them.</summary>
/// <param name="Outcome">What became of the node; null when the test was refused.</param>
/// <param name="Refusal">Why it was refused; null when it was made.</param>
public sealed record NodeTestAnswer(NodeOutcome? Outcome, Refusal? Refusal);
