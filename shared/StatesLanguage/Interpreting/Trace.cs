using System.Text.Json;
using Flow.StatesLanguage.Expressions;

namespace Flow.StatesLanguage.Interpreting;

/// <summary>What the interpreter does at one node, noted for whoever tests the node. Runs have none.</summary>
internal sealed class Trace
{
    private const int DeepestInput = 64;

    private readonly OrderedDictionary<string, JsonElement> _data = new(StringComparer.Ordinal);

    /// <summary>The data after each step, by the step's name and in the order of the steps; the last time where one was taken again.</summary>
    public IReadOnlyDictionary<string, JsonElement> Data => _data;

    /// <summary>The last error that Retry and Catch were asked about.</summary>
    public Failure? Failure { get; set; }

    /// <summary>Index of the Retrier that tries again.</summary>
    public int? Retrier { get; set; }

    /// <summary>Index of the Catcher that took the error.</summary>
    public int? Catcher { get; set; }

    public void Note(string step, JsonElement value) => _data[step] = value;

    /// <summary>Values of many items; a test may not fail where a run would not, so they may be as deep as any value and one level more.</summary>
    public void Note(string step, IEnumerable<JsonElement> items) =>
        Note(step, JsonElement.Parse($"[{string.Join(',', items.Select(i => i.GetRawText()))}]", new JsonDocumentOptions { MaxDepth = DeepestInput + 1 }));

    public void Note(string step, double number) => Note(step, JsonBuffer.Write(number, static (writer, number) => writer.WriteNumberValue(number)));
}
