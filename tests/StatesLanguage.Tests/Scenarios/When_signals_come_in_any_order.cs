using System.Text.Json;
using Flow.StatesLanguage.Tests.Interpreting;
using Flow.Testing;
using Flow.Testing.Driving;

namespace Flow.StatesLanguage.Tests.Scenarios;

/// <summary>Small Maps and Parallels in every order in which their signals may arrive: answers, children that begin, children that close, timers.</summary>
// capability 22
public sealed class When_signals_come_in_any_order
{
    private static VirtualRun Play(Definition definition, string input, Worker worker, Delivery delivery) =>
        VirtualRun.Play(definition, new(Guid.Parse("11111111-1111-1111-1111-111111111111"), "r", "w", 1, Scene.Json(input), Scene.Start), worker, delivery: delivery);

    private static Answer Echo(Command.DispatchWorkItem item) => new Answer.Success(item.Input);

    // MaxConcurrency, items, which of them fails (-1: none).
    [Theory]
    [InlineData(1, 4, -1)]
    [InlineData(2, 4, -1)]
    [InlineData(3, 3, -1)]
    [InlineData(2, 4, 1)]
    [InlineData(0, 3, -1)]
    [InlineData(0, 3, 2)]
    public void Should_keep_the_window_of_a_Map_exactly(int window, int items, int failing)
    {
        var definition = Scene.Read($$"""
            { "StartAt": "M", "States": { "M": { "Type": "Map", "MaxConcurrency": {{window}}, "ToleratedFailurePercentage": 100, "End": true,
              "ItemProcessor": { "ProcessorConfig": { "Mode": "DISTRIBUTED", "ExecutionType": "STANDARD" }, "StartAt": "T", "States": { "T": { "Type": "Task", "Resource": "flow:t", "End": true } } } } } }
            """);
        var values = Enumerable.Range(0, items).ToList();
        var expected = JsonSerializer.Serialize(values.Select(v => v == failing ? (int?)null : v));
        var orders = EveryOrder.Play(delivery =>
        {
            var run = Play(definition, JsonSerializer.Serialize(values), item => item.Input.GetInt32() == failing ? new Answer.Failure("E", null) : Echo(item), delivery);

            (run.State, run.Output.GetRawText()).ShouldBe((RunState.Succeeded, expected));
            CheckWindow(run, window == 0 ? items : window, items);
        });

        orders.ShouldBe(Orders(window == 0 ? items : window, items));
    }

    [Fact]
    public void Should_join_a_Parallel_exactly_once()
    {
        var definition = Scene.Read(Parallel);
        var orders = EveryOrder.Play(delivery =>
        {
            var run = Play(definition, "5", Echo, delivery);

            (run.State, run.Output.GetRawText()).ShouldBe((RunState.Succeeded, "[5,5,5]"));
            run.Steps.SelectMany(s => s.Step.Commands).OfType<Command.JoinChildren>().Count().ShouldBe(1);
        });

        // Three chains of a start, an answer and a close: 9! / 3!³.
        orders.ShouldBe(1680);
    }

    [Fact]
    public void Should_fail_a_Parallel_exactly_once_with_the_error_that_comes_first()
    {
        var definition = Scene.Read(Parallel);
        var errors = new Dictionary<string, int>(StringComparer.Ordinal);
        EveryOrder.Play(delivery =>
        {
            var run = Play(definition, "5", item => item.Node == "C" ? Echo(item) : new Answer.Failure(item.Node, null), delivery);

            run.State.ShouldBe(RunState.Failed);
            run.Steps.SelectMany(s => s.Step.Commands).OfType<Command.CancelChildren>().Count().ShouldBe(1);
            run.Steps.Count(s => s.Before.Id == run.Root.Id && s.Signal is Signal.ChildClosed { Succeeded: false }).ShouldBe(1);
            errors[run.Error!] = errors.GetValueOrDefault(run.Error!) + 1;
        });

        errors.Keys.Order().ShouldBe(["A", "B"]);
        errors["A"].ShouldBe(errors["B"]);
    }

    [Fact]
    public void Should_let_one_of_answer_and_timeout_win()
    {
        var definition = Scene.Read("""
            { "StartAt": "T", "States": { "T": { "Type": "Task", "Resource": "flow:t", "TimeoutSeconds": 5, "HeartbeatSeconds": 4, "Catch": [ { "ErrorEquals": [ "States.ALL" ], "Next": "C" } ], "End": true },
              "C": { "Type": "Pass", "OutputPath": "$.Error", "End": true } } }
            """);
        var outputs = new HashSet<string>();
        var orders = EveryOrder.Play(delivery =>
        {
            var run = Play(definition, "{}", _ => new Answer.Success(Scene.Json("1")) { Then = new Answer.Failure("E", null) }, delivery);

            run.State.ShouldBe(RunState.Succeeded);
            outputs.Add(run.Output.GetRawText());
        });

        outputs.Order(StringComparer.Ordinal).ShouldBe(["\"E\"", "\"States.Timeout\"", "1"]);
        orders.ShouldBe(3);
    }

    private const string Parallel = """
        { "StartAt": "P", "States": { "P": { "Type": "Parallel", "End": true, "Branches": [
          { "StartAt": "A", "States": { "A": { "Type": "Task", "Resource": "flow:a", "End": true } } },
          { "StartAt": "B", "States": { "B": { "Type": "Task", "Resource": "flow:b", "End": true } } },
          { "StartAt": "C", "States": { "C": { "Type": "Task", "Resource": "flow:c", "End": true } } } ] } } }
        """;

    private static void CheckWindow(VirtualRun run, int window, int items)
    {
        var (released, begun) = (0, 0);
        foreach (var (before, signal, step) in run.Steps)
        {
            if (before.Machine.Length > 0)
            {
                begun += signal is Signal.Started ? 1 : 0;
                continue;
            }

            released += step.Commands.OfType<Command.OpenScopes>().Sum(c => Math.Min(window, c.Scopes.Count)) + step.Commands.OfType<Command.ReleaseScopes>().Sum(c => c.Count);
            if (step.Scope.Children is { } children)
            {
                var closed = children.Succeeded + children.Failed;
                (Math.Min(released, items) - closed).ShouldBe(Math.Min(window, items - closed));
                begun.ShouldBeLessThanOrEqualTo(closed + window);
            }
        }

        begun.ShouldBe(items);
    }

    /// <summary>In how many orders chains of three signals can be woven when so many are open at a time, and the next one opens as one ends.</summary>
    private static int Orders(int window, int items) => Orders([.. Enumerable.Repeat(3, Math.Min(window, items))], Math.Max(0, items - window));

    private static int Orders(int[] open, int held) => open.Length == 0 ? 1 : open.Index().Sum(chain => chain.Item > 1
        ? Orders([.. open.Index().Select(o => o.Index == chain.Index ? o.Item - 1 : o.Item)], held)
        : Orders([.. open.Index().Where(o => o.Index != chain.Index).Select(o => o.Item), .. held > 0 ? new[] { 3 } : []], Math.Max(0, held - 1)));
}
