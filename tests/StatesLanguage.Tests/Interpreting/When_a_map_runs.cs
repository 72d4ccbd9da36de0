using static Flow.StatesLanguage.Tests.Interpreting.Scene;

namespace Flow.StatesLanguage.Tests.Interpreting;

// capability 16, 18, 22
public class When_a_map_runs
{
    private const string Limited = """
        { "StartAt": "M", "States": {
          "M": { "Type": "Map", "ItemsPath": "$.items", "MaxConcurrency": 2, "ItemSelector": { "i.$": "$$.Map.Item.Index", "v.$": "$$.Map.Item.Value", "k.$": "$.k" },
            "ResultPath": "$.out", "End": true,
            "ItemProcessor": { "StartAt": "T", "States": { "T": { "Type": "Task", "Resource": "flow:t", "Parameters": { "x.$": "$x" }, "End": true } } } } } }
        """;

    private static Signal Closed(Scene scene, int index, string? error = null) => new Signal.ChildClosed(scene.Token, index, error is null, error, error is null ? null : "why");

    [Fact]
    public void Should_open_a_scope_for_every_item_with_the_variables_it_reads()
    {
        var scene = new Scene(Limited, """{"items":["a","b","c"],"k":9}""", variables: """{"x":1,"y":2}""");

        scene.TellAll(new Signal.Started()).ShouldBe([
            "record ExecutionStarted",
            "record MapStateEntered M",
            "record MapStateStarted M",
            """open t1 M /States/M/ItemProcessor#0={"i":0,"v":"a","k":9} /States/M/ItemProcessor#1={"i":1,"v":"b","k":9} /States/M/ItemProcessor#2={"i":2,"v":"c","k":9} variables={"x":1} max=2""",
        ]);
        scene.Scope.Children.ShouldBe(new OpenChildren(3, 0, 0));
        scene.Commands.OfType<Command.OpenScopes>().Single().Scopes[1].MapItem.ToString().ShouldBe("""{"Index":1,"Value":"b"}""");
    }

    [Fact]
    public void Should_release_the_next_as_one_closes_and_join_after_the_last()
    {
        var scene = new Scene(Limited, """{"items":["a","b","c"],"k":9}""");
        scene.Begin();

        scene.TellAll(Closed(scene, 1)).ShouldBe(["release t1 1"]);
        scene.TellAll(Closed(scene, 0)).ShouldBe(["release t1 1"]);
        scene.TellAll(Closed(scene, 2)).ShouldBe(["join t1"]);
        scene.TellAll(new Signal.ChildrenClosed(scene.Token, Json("[1,2,3]"))).ShouldBe([
            "record MapStateSucceeded M",
            "record MapStateExited M",
            "record ExecutionSucceeded",
            """succeed {"items":["a","b","c"],"k":9,"out":[1,2,3]}""",
        ]);
    }

    [Fact]
    public void Should_fail_when_the_outputs_are_longer_than_the_driver_joins()
    {
        var scene = new Scene(Limited, """{"items":["a"],"k":9}""");
        scene.Begin();
        scene.TellAll(Closed(scene, 0)).ShouldBe(["join t1"]);

        scene.Tell(new Signal.ChildrenClosed(scene.Token, default)).Last().ShouldStartWith("fail States.DataLimitExceeded");
    }

    [Fact]
    public void Should_end_at_once_when_there_are_no_items()
    {
        var scene = new Scene(Limited, """{"items":[],"k":9}""");

        scene.TellAll(new Signal.Started()).ShouldBe([
            "record ExecutionStarted",
            "record MapStateEntered M",
            "record MapStateStarted M",
            "record MapStateSucceeded M",
            "record MapStateExited M",
            "record ExecutionSucceeded",
            """succeed {"items":[],"k":9,"out":[]}""",
        ]);
    }

    [Fact]
    public void Should_cancel_the_others_and_fail_when_one_fails()
    {
        var scene = new Scene(Limited, """{"items":["a","b","c"],"k":9}""");
        scene.Begin();

        scene.TellAll(Closed(scene, 1, "Bad")).ShouldBe(["cancel children t1", "record MapStateFailed M", "record ExecutionFailed", "fail Bad: why"]);
    }

    [Fact]
    public void Should_open_a_new_group_when_it_is_retried()
    {
        var scene = new Scene("""
            { "StartAt": "M", "States": { "M": { "Type": "Map", "End": true, "Retry": [ { "ErrorEquals": [ "Bad" ], "IntervalSeconds": 4 } ], "Catch": [ { "ErrorEquals": [ "States.ALL" ], "Next": "C" } ],
              "Iterator": { "StartAt": "T", "States": { "T": { "Type": "Task", "Resource": "flow:t", "End": true } } } }, "C": { "Type": "Succeed" } } }
            """, "[1]");
        scene.Begin().ShouldBe(["open t1 M /States/M/Iterator#0=1 variables={} max=0"]);
        var first = scene.Token;
        scene.Tell(Closed(scene, 0, "Bad")).ShouldBe(["cancel children t1", "timer t2 Retry +4s"]);
        scene.Ignores(new Signal.ChildClosed(first, 0, true, null, null));
        scene.Tell(new Signal.TimerElapsed(scene.Token, TimerKind.Retry)).ShouldBe(["open t3 M /States/M/Iterator#0=1 variables={} max=0"]);
        scene.Ignores(new Signal.ChildClosed(first, 0, true, null, null));
        scene.Tell(Closed(scene, 0, "Other")).ShouldBe(["cancel children t3", """succeed {"Error":"Other","Cause":"why"}"""]);
    }

    [Theory]
    [InlineData("\"ToleratedFailureCount\": 1", 1, true)]
    [InlineData("\"ToleratedFailureCount\": 1", 2, false)]
    [InlineData("\"ToleratedFailurePercentage\": 50", 2, true)]
    [InlineData("\"ToleratedFailurePercentage\": 49", 2, false)]
    [InlineData("\"ToleratedFailureCount\": 3, \"ToleratedFailurePercentage\": 25", 2, false)]
    [InlineData("\"ToleratedFailureCountPath\": \"$[0]\"", 2, true)]
    public void Should_tolerate_as_many_failures_as_it_says(string tolerance, int failures, bool isTolerated)
    {
        var scene = new Scene($$"""
            { "StartAt": "M", "States": { "M": { "Type": "Map", "End": true, {{tolerance}}, "ItemProcessor": { "ProcessorConfig": { "Mode": "DISTRIBUTED", "ExecutionType": "STANDARD" },
              "StartAt": "P", "States": { "P": { "Type": "Pass", "End": true } } } } } }
            """, "[2,2,2,2]");
        scene.Begin();
        string[] last = [];
        for (var index = 0; index < failures; index++)
            last = scene.Tell(Closed(scene, index, "Bad"));

        if (isTolerated)
            last.ShouldBeEmpty();
        else
            last.Last().ShouldStartWith("fail States.ExceedToleratedFailureThreshold: ");
    }

    [Fact]
    public void Should_show_an_iteration_its_item_in_a_scope_of_its_own()
    {
        var scene = new Scene(Limited, "5", machine: "/States/M/ItemProcessor", index: 2, mapItem: """{"Index":2,"Value":"c"}""", variables: """{"x":1}""");

        scene.TellAll(new Signal.Started()).ShouldBe([
            "record MapIterationStarted M [2]",
            "record TaskStateEntered T",
            "record TaskScheduled T",
            """dispatch t1 T flow:t {"x":1} #1""",
        ]);
        scene.TellAll(new Signal.TaskSucceeded(scene.Token, Json("7"))).ShouldBe([
            "record TaskSucceeded T",
            "record TaskStateExited T",
            "record MapIterationSucceeded M [2]",
            "succeed 7",
        ]);
    }

    [Fact]
    public void Should_fail_when_its_items_are_no_array()
    {
        new Scene(Limited, """{"items":{},"k":9}""").Begin().Single().ShouldStartWith("fail States.Runtime: ");
    }
}
