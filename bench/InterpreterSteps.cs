using System.Text.Json;
using BenchmarkDotNet.Attributes;
using Flow.StatesLanguage;

namespace Flow.Bench;

/// <summary>The interpreter alone: nothing is stored or sent. An operation is one step: one node walked.</summary>
public class InterpreterSteps
{
    private const int Nodes = 100;
    private const int Items = 10_000;

    private static readonly Drive Passes = Chain(i => new
    {
        Type = "Pass",
        Parameters = new Dictionary<string, object> { ["kind"] = "order", ["id.$"] = "$.id", ["name.$"] = "$$.Execution.Name" },
        ResultPath = "$.made",
        Next = Next(i),
    });

    private static readonly Drive Choices = Chain(i => new
    {
        Type = "Choice",
        Choices = new object[]
        {
            new { Variable = "$.total", NumericGreaterThan = 1_000, Next = "End" },
            new { And = new object[] { new { Variable = "$.status", StringEquals = "open" }, new { Variable = "$.total", NumericLessThanEquals = 1_000 } }, Next = Next(i) },
        },
        Default = "End",
    });

    private static readonly Drive Tasks = Chain(i => new
    {
        Type = "Task",
        Resource = "flow:charge",
        Parameters = new Dictionary<string, object> { ["id.$"] = "$.id", ["total.$"] = "$.total" },
        ResultPath = "$.receipt",
        Retry = new object[] { new { ErrorEquals = new[] { "States.ALL" }, MaxAttempts = 3 } },
        Next = Next(i),
    });

    private static readonly Drive Map = new(
        """
        { "StartAt": "Each", "States": { "Each": { "Type": "Map", "ItemsPath": "$.items", "End": true,
          "ItemProcessor": { "StartAt": "Charge", "States": { "Charge": { "Type": "Task", "Resource": "flow:charge", "End": true } } } } } }
        """,
        JsonSerializer.Serialize(new { items = Enumerable.Range(0, Items) }));

    [Benchmark(Description = "Pass", OperationsPerInvoke = Nodes)]
    public JsonElement Pass() => Passes.Run();

    [Benchmark(Description = "Choice", OperationsPerInvoke = Nodes)]
    public JsonElement Choice() => Choices.Run();

    [Benchmark(Description = "Task, dispatched and answered", OperationsPerInvoke = Nodes)]
    public JsonElement Task() => Tasks.Run();

    [Benchmark(Description = "Map of 10,000 items with a Task each, per item", OperationsPerInvoke = Items)]
    public JsonElement MapItem() => Map.Run();

    private static string Next(int index) => index == Nodes - 1 ? "End" : $"N{index + 1}";

    private static Drive Chain(Func<int, object> node)
    {
        var states = Enumerable.Range(0, Nodes).ToDictionary(i => $"N{i}", node);
        states["End"] = new { Type = "Succeed" };
        return new(JsonSerializer.Serialize(new { StartAt = "N0", States = states }), """{"id":"order-1","status":"open","total":250,"lines":[{"sku":"a","quantity":2},{"sku":"b","quantity":1}]}""");
    }
}
