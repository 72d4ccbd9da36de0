using System.Text.Json;
using System.Text.Json.Serialization;

namespace Flow.Contracts.Api;

/// <summary>How much the test of a node shows.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<InspectionLevel>))]
public enum InspectionLevel
{
    /// <summary>What came of it, and the data after each step.</summary>
    Debug,

    /// <summary>What came of it only.</summary>
    Info,

    /// <summary>As Debug, and what the node asks others for: its work item, scopes or wait.</summary>
    Trace,
}

/// <summary>What became of a node under test.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<NodeTestStatus>))]
public enum NodeTestStatus
{
    /// <summary>It ended well.</summary>
    Succeeded,

    /// <summary>It ended with an error that nothing catches.</summary>
    Failed,

    /// <summary>An error made a Retrier try again.</summary>
    Retriable,

    /// <summary>A Catcher took an error.</summary>
    CaughtError,
}

/// <summary>What <c>POST /v1/workflows/test-node</c> takes: one node, and what to test it with. Nothing is stored and no run starts.</summary>
public sealed record TestNodeRequest
{
    /// <summary>A definition, or one state alone. This or <see cref="Workflow"/>.</summary>
    public JsonElement? Definition { get; init; }

    /// <summary>Name of a registered workflow. This or <see cref="Definition"/>.</summary>
    public string? Workflow { get; init; }

    /// <summary>Version of the workflow, from 1; null: the newest.</summary>
    public int? Version { get; init; }

    /// <summary>Name of the node, in whatever machine of the definition it stands; may be left out where there is only one.</summary>
    public string? Node { get; init; }

    /// <summary>Raw input of the node; left out: an empty object.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public JsonElement Input { get; init; }

    /// <summary>What stands for the work; needed by Task, Map and Parallel, and taken by no other type.</summary>
    public NodeMock? Mock { get; init; }

    /// <summary>The whole context object, taken as it is; null: the one a new run would have, with the node's input as the run's.</summary>
    public JsonElement? Context { get; init; }

    /// <summary>Variables by name, as they are before the node: an object; null: none.</summary>
    public JsonElement? Variables { get; init; }

    /// <summary>How much to show.</summary>
    public InspectionLevel Level { get; init; }

    /// <summary>How often the Retrier that names the error has retried already; 0: this is the first attempt.</summary>
    public int RetryCount { get; init; }

    /// <summary>Of a Map: how many of its iterations failed, to be measured against its tolerated failures.</summary>
    public int? FailedIterations { get; init; }

    /// <summary>Of a Map or Parallel: the node inside it that the mocked error comes from.</summary>
    public string? FailedNode { get; init; }

    /// <summary>Of a Map with an ItemReader: the text it reads, in the form that its ReaderConfig names.</summary>
    public string? ItemReaderData { get; init; }
}

/// <summary>Stands for the work of a node: exactly one of its fields is given.</summary>
public sealed record NodeMock
{
    /// <summary>The work ends well with this: the result of a Task; the outputs of a Map's iterations or a Parallel's branches, an array.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public JsonElement Result { get; init; }

    /// <summary>The work fails with this.</summary>
    public NodeErrorOutput? ErrorOutput { get; init; }
}

/// <summary>An error that work fails with.</summary>
/// <param name="Error">Its name; null: it has none.</param>
/// <param name="Cause">Its cause; null: it has none.</param>
public sealed record NodeErrorOutput(string? Error, string? Cause);

/// <summary>What became of a node under test.</summary>
public sealed record NodeTestResult
{
    /// <summary>How it ended.</summary>
    public required NodeTestStatus Status { get; init; }

    /// <summary>Where the node stands in the definition: a JSON pointer; empty for a state that was given alone.</summary>
    public required string Pointer { get; init; }

    /// <summary>Its output, once it succeeded or an error was caught; else left out.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
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
    /// The data after each step by the step's name, in the order of the steps: <c>input</c>, <c>afterInputPath</c>, <c>afterParameters</c>, … <c>variables</c>,
    /// and <c>errorDetails</c>; null at <see cref="InspectionLevel.Info"/>.
    /// </summary>
    public IReadOnlyDictionary<string, JsonElement>? InspectionData { get; init; }

    /// <summary>What the node asks others for; null unless at <see cref="InspectionLevel.Trace"/>.</summary>
    public NodeTestTrace? Trace { get; init; }
}

/// <summary>What a node under test asks others for; each is null where the node asks for no such thing.</summary>
/// <param name="WorkItem">Of a Task: what a worker would get.</param>
/// <param name="Scopes">Of a Map or Parallel: the iterations or branches that would open, in order.</param>
/// <param name="WaitUntil">Of a Wait: the end of it.</param>
public sealed record NodeTestTrace(NodeTestWorkItem? WorkItem, IReadOnlyList<NodeTestScope>? Scopes, DateTimeOffset? WaitUntil);

/// <summary>What a worker would get.</summary>
/// <param name="Resource">The Resource as written.</param>
/// <param name="Input">Its effective input.</param>
/// <param name="Attempt">From 1.</param>
/// <param name="TimeoutSeconds">Its time limit; null: none.</param>
/// <param name="HeartbeatSeconds">Longest time between signs of life; null: any.</param>
public sealed record NodeTestWorkItem(string Resource, JsonElement Input, int Attempt, int? TimeoutSeconds, int? HeartbeatSeconds);

/// <summary>An iteration or branch that would open.</summary>
/// <param name="Machine">The machine it would walk: a JSON pointer into the definition.</param>
/// <param name="Input">Its input.</param>
public sealed record NodeTestScope(string Machine, JsonElement Input);
