using System.Text.Json;

namespace Flow.StatesLanguage.NodeTesting;

/// <summary>What a test of one node is made with. Every value left out has the meaning it would have in a new run.</summary>
public sealed record NodeTest
{
    /// <summary>Name of the node, in whatever machine of the definition it stands; null where the definition is one state alone.</summary>
    public string? Node { get; init; }

    /// <summary>Raw input of the node; undefined: an empty object.</summary>
    public JsonElement Input { get; init; }

    /// <summary>What stands for the work; needed by Task, Map and Parallel, and taken by no other type.</summary>
    public Mock? Mock { get; init; }

    /// <summary>The whole context object (<c>$$</c>, <c>$states.context</c>), taken as it is; undefined: the one a new run would have, with <see cref="Input"/> as the run's input.</summary>
    public JsonElement Context { get; init; }

    /// <summary>Variables by name, as they are before the node: an object; undefined: none.</summary>
    public JsonElement Variables { get; init; }

    /// <summary>Facts of the run for the context object, where <see cref="Context"/> is not given; null: made up.</summary>
    public Execution? Execution { get; init; }

    /// <summary>How often the Retrier that names the error has retried already, from 0; 0: this is the first attempt.</summary>
    public int RetryCount { get; init; }

    /// <summary>Of a Map: how many of its iterations failed, to be measured against its tolerated failures; null: none.</summary>
    public int? FailedIterations { get; init; }

    /// <summary>Of a Map or Parallel: the node inside it that the mocked error comes from; null: not said.</summary>
    public string? FailedNode { get; init; }

    /// <summary>Of a Map with an ItemReader: the text it reads, in the form that its ReaderConfig names; null: none.</summary>
    public string? ItemReaderData { get; init; }
}

/// <summary>Stands for the work of a node: exactly one of its fields is given.</summary>
public sealed record Mock
{
    /// <summary>The work ends well with this: the result of a Task; the outputs of a Map's iterations or a Parallel's branches, an array; undefined: not given.</summary>
    public JsonElement Result { get; init; }

    /// <summary>The work fails with this; null: not given.</summary>
    public ErrorOutput? ErrorOutput { get; init; }
}

/// <summary>An error that a mock answers with.</summary>
/// <param name="Error">Its name; null: it has none.</param>
/// <param name="Cause">Its cause; null: it has none.</param>
public sealed record ErrorOutput(string? Error, string? Cause);
