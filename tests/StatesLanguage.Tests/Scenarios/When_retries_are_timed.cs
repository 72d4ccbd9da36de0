using Flow.Testing;

namespace Flow.StatesLanguage.Tests.Scenarios;

// capability 105, 106
public sealed class When_retries_are_timed
{
    private static WorkflowTest Task(string retry, string more = "") => WorkflowTest.FromText($$"""
        { "StartAt": "T", "States": { "T": { "Type": "Task", "Resource": "flow:t", {{more}} "Retry": [ {{retry}} ], "End": true } } }
        """);

    [Theory]
    [InlineData("""{"ErrorEquals":["E"]}""", new double[] { 0, 1, 2, 4 })]
    [InlineData("""{"ErrorEquals":["E"],"MaxAttempts":0}""", new double[] { 0 })]
    [InlineData("""{"ErrorEquals":["E"],"MaxAttempts":1}""", new double[] { 0, 1 })]
    [InlineData("""{"ErrorEquals":["E"],"IntervalSeconds":7}""", new double[] { 0, 7, 14, 28 })]
    [InlineData("""{"ErrorEquals":["E"],"IntervalSeconds":7,"BackoffRate":1}""", new double[] { 0, 7, 7, 7 })]
    [InlineData("""{"ErrorEquals":["E"],"IntervalSeconds":2,"BackoffRate":1.5,"MaxAttempts":5}""", new[] { 0, 2, 3, 4.5, 6.75, 10.125 })]
    [InlineData("""{"ErrorEquals":["E"],"IntervalSeconds":3,"BackoffRate":4,"MaxAttempts":5,"MaxDelaySeconds":40}""", new double[] { 0, 3, 12, 40, 40, 40 })]
    [InlineData("""{"ErrorEquals":["E"],"IntervalSeconds":3,"MaxDelaySeconds":4,"JitterStrategy":"NONE"}""", new double[] { 0, 3, 4, 4 })]
    [InlineData("""{"ErrorEquals":["Other"]}""", new double[] { 0 })]
    [InlineData("""{"ErrorEquals":["Other"],"MaxAttempts":9},{"ErrorEquals":["States.ALL"],"IntervalSeconds":5,"MaxAttempts":2}""", new double[] { 0, 5, 10 })]
    [InlineData("""{"ErrorEquals":["E"],"IntervalSeconds":5,"MaxAttempts":1},{"ErrorEquals":["States.ALL"],"MaxAttempts":9}""", new double[] { 0, 5 })]
    public void Should_grow_from_retry_to_retry_until_all_are_spent(string retry, double[] delays)
    {
        var run = Task(retry).Fail("t", "E", "why").Run().ShouldFail("E", "why");

        run.Delays("T").ShouldBe(delays);
        run.Duration.TotalSeconds.ShouldBe(delays.Sum());
    }

    [Fact]
    public void Should_count_each_retrier_for_itself()
    {
        const string Retry = """{"ErrorEquals":["A"],"IntervalSeconds":10,"MaxAttempts":2},{"ErrorEquals":["B","C"],"IntervalSeconds":1,"BackoffRate":3,"MaxAttempts":3}""";
        var run = Task(Retry).Handle("t", [.. new[] { "B", "A", "C", "A", "B", "C" }.Select(error => Reply.Fail(error))]).Run().ShouldFail("C");

        run.Delays("T").ShouldBe([0, 1, 10, 3, 20, 9]);
    }

    [Fact]
    public void Should_count_the_delay_from_the_end_of_the_attempt()
    {
        var run = Task("""{"ErrorEquals":["States.ALL"],"IntervalSeconds":2}""", "\"TimeoutSeconds\": 30,")
            .Handle("t", Reply.Fail("E").After(8), Reply.Hang, Reply.Return(1).After(29)).Run().ShouldSucceed(1);

        run.Dispatches("T").ShouldBe([0, 10, 44]);
        run.Delays("T").ShouldBe([0, 2, 4]);
        run.Duration.TotalSeconds.ShouldBe(73);
    }

    [Fact]
    public void Should_begin_anew_when_the_node_is_entered_again()
    {
        var run = WorkflowTest.FromText("""
            { "StartAt": "T", "States": {
              "T": { "Type": "Task", "Resource": "flow:t", "Retry": [ { "ErrorEquals": [ "E" ], "IntervalSeconds": 3, "MaxAttempts": 2 } ],
                "Catch": [ { "ErrorEquals": [ "E" ], "Next": "Pause" } ], "End": true },
              "Pause": { "Type": "Wait", "Seconds": 100, "Next": "T" } } }
            """).Fail("t", "E", times: 5).Handle("t", _ => 1).Run().ShouldSucceed(1).ShouldTake("T", "Pause", "T");

        run.Attempts("T").Select(a => a.Number).ShouldBe([1, 2, 3, 1, 2, 3]);
        run.Delays("T").ShouldBe([0, 3, 6, 0, 3, 6]);
        run.Dispatches("T").ShouldBe([0, 3, 9, 109, 112, 118]);
    }

    [Fact]
    public void Should_count_every_iteration_for_itself()
    {
        var run = WorkflowTest.FromText("""
            { "StartAt": "M", "States": { "M": { "Type": "Map", "End": true, "ItemProcessor": { "StartAt": "T", "States": {
              "T": { "Type": "Task", "Resource": "flow:t", "Retry": [ { "ErrorEquals": [ "E" ], "IntervalSeconds": 1, "MaxAttempts": 3 } ], "End": true } } } } } }
            """).Handle("t", a => a.Number <= a.Payload.GetInt32() ? Reply.Fail("E") : Reply.Return(a.Number)).Run(new[] { 0, 3, 1 }).ShouldSucceed(new[] { 1, 4, 2 });

        run.Dispatches("T").ShouldBe([0, 0, 0, 1, 1, 3, 7]);
    }

    [Fact]
    public void Should_show_each_attempt_its_number_and_the_same_input()
    {
        var run = Task("""{"ErrorEquals":["E"],"IntervalSeconds":1}""", "\"Parameters\": { \"retry.$\": \"$$.State.RetryCount\", \"in.$\": \"$\", \"entered.$\": \"$$.State.EnteredTime\" },")
            .Fail("t", "E", times: 2).Handle("t", a => a.Payload).Run(5);

        run.ShouldSucceed(new { retry = 2, @in = 5, entered = "2030-01-01T00:00:00.000Z" });
        run.Attempts("T").Select(a => a.Payload.GetProperty("retry").GetInt32()).ShouldBe([0, 1, 2]);
        run.Attempts("T").Select(a => a.Token).Distinct().Count().ShouldBe(3);
    }

    [Theory]
    [InlineData(20, 2, null, new double[] { 20, 40, 80 })]
    [InlineData(20, 3, 50, new double[] { 20, 50, 50 })]
    public void Should_draw_full_jitter_evenly_below_the_delay(int intervalSeconds, int rate, int? maxDelaySeconds, double[] bounds)
    {
        var cap = maxDelaySeconds is null ? "" : $"\"MaxDelaySeconds\":{maxDelaySeconds},";
        var test = Task($$"""{"ErrorEquals":["E"],"IntervalSeconds":{{intervalSeconds}},"BackoffRate":{{rate}},{{cap}}"JitterStrategy":"FULL"}""").Fail("t", "E");
        var drawn = Enumerable.Range(1, 400).Select(seed => test.With(s => s with { Seed = seed }).Run().Delays("T")[1..]).ToList();

        for (var retry = 0; retry < bounds.Length; retry++)
        {
            var shares = drawn.Select(delays => delays[retry] / bounds[retry]).ToList();
            shares.ShouldAllBe(share => share >= 0 && share < 1);
            (shares.Min(), shares.Max()).ShouldSatisfyAllConditions(s => s.Item1.ShouldBeLessThan(0.02), s => s.Item2.ShouldBeGreaterThan(0.98));
            shares.Average().ShouldBe(0.5, tolerance: 0.05);
        }
    }

    [Theory]
    [InlineData("States.ALL", "E", true)]
    [InlineData("States.TaskFailed", "E", true)]
    [InlineData("States.TaskFailed", "States.Timeout", false)]
    [InlineData("States.Timeout", "States.Timeout", true)]
    [InlineData("States.HeartbeatTimeout", "States.Timeout", false)]
    [InlineData("E", "e", false)]
    [InlineData("States.ALL", "States.Runtime", false)]
    public void Should_retry_only_what_ErrorEquals_names(string named, string error, bool isRetried) =>
        Task($$"""{"ErrorEquals":["{{named}}"]}""").Handle("t", Reply.Fail(error), Reply.Return(1)).Run().State.ShouldBe(isRetried ? RunState.Succeeded : RunState.Failed);
}
