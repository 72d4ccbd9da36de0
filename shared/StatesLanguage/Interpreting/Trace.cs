using System.Text.Json;
using Flow.StatesLanguage.Expressions;

namespace Flow.StatesLanguage.Interpreting;

/// <summary>A step in which a node's data takes a new form, or a number of a Map that is found on the way; in the order they are told in.</summary>
internal enum DataStep
{
    Input,
    AfterInputPath,
    AfterParameters,
    AfterArguments,
    AfterItemsPath,
    AfterItemSelector,
    AfterItemBatcher,
    MaxConcurrency,
    ToleratedFailureCount,
    ToleratedFailurePercentage,
    Result,
    AfterResultSelector,
    AfterResultPath,
}

/// <summary>What the interpreter does at one node, noted for whoever tests the node. Runs have none.</summary>
internal sealed class Trace
{
    private readonly SortedDictionary<DataStep, JsonElement> _data = [];

    /// <summary>The data after each step, the last time it was taken.</summary>
    public IReadOnlyDictionary<DataStep, JsonElement> Data => _data;

    /// <summary>The last error that Retry and Catch were asked about.</summary>
    public Failure? Failure { get; set; }

    /// <summary>Index of the Retrier that tries again.</summary>
    public int? Retrier { get; set; }

    /// <summary>Index of the Catcher that took the error.</summary>
    public int? Catcher { get; set; }

    public void Note(DataStep step, JsonElement value) => _data[step] = value;

    public void Note(DataStep step, double number) => Note(step, JsonBuffer.Write(number, static (writer, number) => writer.WriteNumberValue(number)));
}
