using System.Text.Json;
using Flow.StatesLanguage.NodeTesting;
using static Flow.StatesLanguage.Tests.NodeTesting.Rehearsal;

namespace Flow.StatesLanguage.Tests.NodeTesting;

public sealed class When_work_is_mocked
{
    private const string Task = """
        {"Type": "Task", "Resource": "flow:charge", "TimeoutSeconds": 30, "Next": "Ship",
         "Retry": [{"ErrorEquals": ["Busy"], "IntervalSeconds": 3, "BackoffRate": 2, "MaxAttempts": 2}, {"ErrorEquals": ["States.Timeout"], "MaxDelaySeconds": 2, "BackoffRate": 10, "MaxAttempts": 9}],
         "Catch": [{"ErrorEquals": ["Never"], "Next": "A"}, {"ErrorEquals": ["States.TaskFailed"], "ResultPath": "$.problem", "Next": "Mend"}]}
        """;

    private const string Map = """
        {"Type": "Map", "ItemsPath": "$.items", "ItemSelector": {"i.$": "$$.Map.Item.Index", "v.$": "$$.Map.Item.Value"}, "MaxConcurrency": 2, "ToleratedFailureCount": 2, "ToleratedFailurePercentage": 50,
         "ItemProcessor": {"StartAt": "Inner", "States": {"Inner": {"Type": "Pass", "End": true}}}, "ResultPath": "$.done", "Next": "Sum",
         "Catch": [{"ErrorEquals": ["States.ExceedToleratedFailureThreshold"], "Next": "TooMany"}]}
        """;

    private const string Reader = """
        {"Type": "Map", "ItemReader": {"Resource": "arn:aws:states:::s3:getObject", "ReaderConfig": {"InputType": "CSV", "CSVHeaderLocation": "FIRST_ROW"}, "Parameters": {"Bucket": "b", "Key": "k"}},
         "ItemSelector": {"v.$": "$$.Map.Item.Value.a"}, "ItemBatcher": {"MaxItemsPerBatch": 2},
         "ItemProcessor": {"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}, "StartAt": "Inner", "States": {"Inner": {"Type": "Succeed"}}}, "End": true}
        """;

    private const string Parallel = """
        {"Type": "Parallel", "Parameters": {"x.$": "$.a"}, "ResultSelector": {"first.$": "$[0]"}, "End": true, "Branches": [
          {"StartAt": "L", "States": {"L": {"Type": "Succeed"}}}, {"StartAt": "R", "States": {"R": {"Type": "Succeed"}}}], "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "Mend"}]}
        """;

    [Theory]
    [InlineData("Busy", 0, "retryIndex", 0, 3)]
    [InlineData("Busy", 1, "retryIndex", 0, 6)]
    [InlineData("States.Timeout", 0, "retryIndex", 1, 1)]
    [InlineData("States.Timeout", 3, "retryIndex", 1, 2)]
    public void Should_try_again_after_the_backoff(string error, int retries, string member, int index, double backoffSeconds)
    {
        var outcome = Play(Task, new() { Mock = FailsWith(error), RetryCount = retries });
        outcome.Said().ShouldBe($"Retriable {error}");
        var details = outcome.Inspection["errorDetails"];
        details.GetProperty(member).GetInt32().ShouldBe(index);
        details.GetProperty("retryBackoffIntervalSeconds").GetDouble().ShouldBe(backoffSeconds);
        outcome.Commands.OfType<Command.DispatchWorkItem>().Single().Attempt.ShouldBe(retries + 1);
    }

    [Fact]
    public void Should_catch_what_retries_are_spent_on()
    {
        var outcome = Play(Task, new() { Input = JsonElement.Parse("""{"id": 1}"""), Mock = FailsWith("Busy", "try later"), RetryCount = 2 });
        outcome.Said().ShouldBe("""CaughtError Busy {"id":1,"problem":{"Error":"Busy","Cause":"try later"}} -> Mend""");
        outcome.Inspection["errorDetails"].GetRawText().ShouldBe("""{"catchIndex":1}""");
    }

    [Theory]
    [InlineData("""{"Type": "Task", "Resource": "flow:a", "End": true}""", "E", "c")]
    [InlineData("""{"Type": "Task", "Resource": "flow:a", "End": true}""", null, null)]
    [InlineData("""{"Type": "Task", "Resource": "flow:a", "Retry": [{"ErrorEquals": ["Other"]}], "End": true}""", "E", "c")]
    public void Should_fail_with_the_error_nobody_takes(string task, string? error, string? cause)
    {
        var outcome = Play(task, "{}", FailsWith(error, cause));
        (outcome.Status, outcome.Error, outcome.Cause).ShouldBe((NodeTestStatus.Failed, error, cause));
        outcome.Inspection.Keys.ShouldNotContain("errorDetails");
    }

    [Fact]
    public void Should_take_null_for_a_result() => Play(Task, "{}", Gives("null")).Said().ShouldBe("Succeeded null -> Ship");

    [Fact]
    public void Should_go_the_way_of_errors_when_the_result_cannot_be_shaped() =>
        Play("""{"Type": "Task", "Resource": "flow:a", "ResultSelector": {"x.$": "$.missing"}, "End": true}""", "{}", Gives("{}")).Said().ShouldBe("Failed States.Runtime");

    [Fact]
    public void Should_show_the_items_of_a_map()
    {
        var outcome = Play(Map, """{"items": ["a", "b"]}""", Gives("[1, 2]"));
        outcome.Said().ShouldBe("""Succeeded {"items":["a", "b"],"done":[1, 2]} -> Sum""");
        outcome.Steps().ShouldBe(
        [
            """input {"items": ["a", "b"]}""",
            """afterInputPath {"items": ["a", "b"]}""",
            """afterItemsPath ["a", "b"]""",
            """afterItemSelector [{"i":0,"v":"a"},{"i":1,"v":"b"}]""",
            "maxConcurrency 2",
            "toleratedFailureCount 2",
            "toleratedFailurePercentage 50",
            "afterResultSelector [1, 2]",
            """afterResultPath {"items":["a", "b"],"done":[1, 2]}""",
        ]);
        outcome.Commands.OfType<Command.OpenScopes>().Single().Scopes.Count.ShouldBe(2);
    }

    [Theory]
    [InlineData(0, "Succeeded -> Sum")]
    [InlineData(1, "Succeeded -> Sum")]
    [InlineData(2, "CaughtError States.ExceedToleratedFailureThreshold -> TooMany")]
    [InlineData(3, "CaughtError States.ExceedToleratedFailureThreshold -> TooMany")]
    public void Should_measure_failed_iterations_against_both_limits(int failed, string outcome)
    {
        // 50 % of three is one and a half, which is less than two.
        var test = new NodeTest { Input = JsonElement.Parse("""{"items": [1, 2, 3]}"""), Mock = Gives("[1, 2, 3]"), FailedIterations = failed };
        (Play(Map, test) with { Output = default }).Said().ShouldBe(outcome);
    }

    [Fact]
    public void Should_let_the_mock_alone_decide_where_a_map_names_no_limit()
    {
        var map = Map.Replace("\"ToleratedFailureCount\": 2, \"ToleratedFailurePercentage\": 50,", "", StringComparison.Ordinal);
        Play(map, new() { Input = JsonElement.Parse("""{"items": [1, 2]}"""), Mock = Gives("[0, 0]"), FailedIterations = 2 }).Status.ShouldBe(NodeTestStatus.Succeeded);
    }

    [Fact]
    public void Should_fail_a_map_with_the_error_itself() =>
        Play(Map, new() { Input = JsonElement.Parse("""{"items": [1]}"""), Mock = FailsWith("E"), FailedNode = "Inner" }).Said().ShouldBe("Failed E");

    [Fact]
    public void Should_fail_a_map_whose_items_are_no_list() => Play(Map, """{"items": "x"}""", Gives("[]")).Said().ShouldBe("Failed States.Runtime");

    [Fact]
    public void Should_read_select_and_batch_the_items_that_a_reader_is_given()
    {
        var outcome = Play(Reader, new() { Mock = Gives("""["x", "y"]"""), ItemReaderData = "a,b\n1,2\n3,4\n5,6\n" });
        outcome.Said().ShouldBe("""Succeeded ["x", "y"]""");
        outcome.Inspection["afterItemsPath"].GetRawText().ShouldBe("""[{"a":"1","b":"2"},{"a":"3","b":"4"},{"a":"5","b":"6"}]""");
        outcome.Inspection["afterItemSelector"].GetRawText().ShouldBe("""[{"v":"1"},{"v":"3"},{"v":"5"}]""");
        outcome.Inspection["afterItemBatcher"].GetRawText().ShouldBe("""[{"Items":[{"v":"1"},{"v":"3"}]},{"Items":[{"v":"5"}]}]""");
        outcome.Commands.OfType<Command.OpenScopes>().Single().Scopes.ShouldAllBe(s => s.Machine == "/ItemProcessor");
    }

    [Theory]
    [InlineData("a,a\n1,2\n", 0, "Failed States.ItemReaderFailed")]
    [InlineData(null, 2, "Failed States.ExceedToleratedFailureThreshold")]
    [InlineData(null, 1, "Succeeded [1, 2, 3, 4]")]
    public void Should_fail_a_reader_as_a_run_would(string? data, int failed, string outcome) =>
        Play(Reader.Replace("\"ItemBatcher\"", "\"ToleratedFailurePercentage\": 25, \"ItemBatcher\"", StringComparison.Ordinal), new() { Mock = Gives("[1, 2, 3, 4]"), ItemReaderData = data, FailedIterations = failed })
            .Said().ShouldBe(outcome);

    [Fact]
    public void Should_take_what_a_writer_answers() =>
        Play("""{"Type": "Map", "ItemProcessor": {"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}, "StartAt": "I", "States": {"I": {"Type": "Succeed"}}}, "ResultWriter": {"Resource": "arn:aws:states:::s3:putObject", "Parameters": {"Bucket": "b", "Prefix": "p"}}, "End": true}""",
            "[1]", Gives("""{"MapRunArn": "m"}""")).Said().ShouldBe("""Succeeded {"MapRunArn": "m"}""");

    [Fact]
    public void Should_join_the_outputs_of_branches()
    {
        var outcome = Play(Parallel, """{"a": 1}""", Gives("""["l", "r"]"""));
        outcome.Said().ShouldBe("""Succeeded {"first":"l"}""");
        outcome.Commands.OfType<Command.OpenScopes>().Single().Scopes.Select(s => s.Input.GetRawText()).ShouldBe(["""{"x":1}""", """{"x":1}"""]);
    }

    [Fact]
    public void Should_catch_the_error_of_a_branch() =>
        Play(Parallel, """{"a": 1}""", FailsWith("E", "c")).Said().ShouldBe("""CaughtError E {"Error":"E","Cause":"c"} -> Mend""");
}
