namespace Flow.Testing.Tests;

/// <summary>What a person reads when a test of theirs fails.</summary>
public sealed class When_a_test_fails
{
    private static readonly WorkflowRun Failed = Shop.Paying.Fail("ship", "Carrier.Down", "no van").Run(new { id = 7 });

    private static readonly WorkflowRun Succeeded = Shop.Paying.Handle("ship", _ => new { number = 9 }).Run();

    private static string Message(Action test) => Should.Throw<WorkflowTestException>(test).Message;

    [Fact]
    public void Should_show_the_outcome_the_path_and_the_attempts() => Message(() => Failed.ShouldSucceed(1)).ShouldBe("""
        The run should have succeeded, but failed with Carrier.Down: refunded.
          path:     Charge, Ship, Refund
          attempts: Charge #1 succeeded, Ship #1 failed with Carrier.Down, Ship #2 failed with Carrier.Down, Ship #3 failed with Carrier.Down
          clock:    00:00:20 after the start
        """);

    [Fact]
    public void Should_show_where_the_output_differs() => Message(() => Succeeded.ShouldSucceed(new { charged = new { receipt = "R-2" }, parcel = 1 })).ShouldStartWith("""
        The output differs from what was expected, first at /charged/receipt.
          expected: {"charged":{"receipt":"R-2"},"parcel":1}
          actual:   {"charged":{"receipt":"R-1"},"parcel":{"number":9}}
          path:     Charge, Ship
        """);

    [Theory]
    [InlineData("{}", "/parcel")]
    [InlineData("""{"parcel":{"number":9,"more":1}}""", "/parcel/more")]
    [InlineData("""{"parcel":{"number":9.5}}""", "/parcel/number")]
    [InlineData("""{"parcel":[9]}""", "/parcel")]
    [InlineData("[]", "the top")]
    public void Should_name_the_place_of_any_difference(string expected, string place)
    {
        var run = WorkflowTest.FromText("""{ "StartAt": "P", "States": { "P": { "Type": "Pass", "Result": { "parcel": { "number": 9.0 } }, "End": true } } }""").Run();

        run.ShouldSucceed(new { parcel = new { number = 9 } });
        Message(() => run.ShouldSucceed(System.Text.Json.JsonElement.Parse(expected))).ShouldContain($"first at {place}.");
    }

    [Fact]
    public void Should_say_what_was_expected()
    {
        Message(() => Succeeded.ShouldFail("Carrier.Down")).ShouldStartWith("The run should have failed with Carrier.Down, but succeeded with {");
        Message(() => Failed.ShouldFail("Carrier.Up")).ShouldStartWith("The run should have failed with Carrier.Up, but failed with Carrier.Down: refunded.");
        Message(() => Failed.ShouldFail("Carrier.Down", "other")).ShouldStartWith("The run should have failed with Carrier.Down: other, but");
        Message(() => Failed.ShouldTimeOut()).ShouldStartWith("The run should have timed out, but");
        Message(() => Failed.ShouldTake("Charge", "Ship")).ShouldStartWith("The run should have taken the path Charge, Ship, but");
        Message(() => Failed.ShouldWaitAt("Ship")).ShouldStartWith("The run should wait at Ship, but");
        Message(() => Failed.ShouldHaveVariables(new { })).ShouldStartWith("The variables differ from what was expected, first at /receipt.");
        Message(() => Shop.Paying.Hold("ship").Start().ShouldSucceed()).ShouldStartWith("The run should have succeeded, but is still under way: it waits at 'Ship'.");
    }

    [Fact]
    public void Should_name_the_line_that_answers_an_attempt() => Message(() => Shop.Paying.Run(new { id = 7 })).ShouldBe("""
        Node 'Ship' attempts arn:aws:lambda:eu-west-1:123456789012:function:ship:live, and nothing answers 'ship' (scripted: 'charge').
        Add:
          .Handle("ship", attempt => new { })
        Its payload is {"id":7,"charged":{"receipt":"R-1"}}
        """);

    [Fact]
    public void Should_say_that_a_script_has_ended() => Message(() => Shop.Paying.Fail("ship", "Carrier.Down", times: 2).Run())
        .ShouldStartWith("The script of 'ship' answers 2 attempts, but node 'Ship' makes one more.");

    [Fact]
    public void Should_show_all_findings_of_an_unsound_definition()
    {
        var message = Message(() => WorkflowTest.FromText("""{ "StartAt": "A", "States": { "A": { "Type": "Pass", "Next": "B" }, "C": { "Type": "Task", "End": true } } }"""));

        message.ShouldStartWith("The text is no sound definition:\n  /States/A/Next missing-target: ");
        message.ShouldContain("\n  /States/C missing-field: 'Resource' is missing.");
    }

    [Fact]
    public void Should_name_what_is_wrong_with_a_file_or_a_text()
    {
        Message(() => WorkflowTest.FromFile("absent.asl.json")).ShouldContain("absent.asl.json");
        Message(() => WorkflowTest.FromText("a: [")).ShouldStartWith("The text is not YAML: line ");
        Message(() => Shop.Paying.Start(System.Text.Json.JsonElement.Parse("\"\\ud800\""))).ShouldContain("not valid Unicode");
    }

    [Fact]
    public void Should_end_a_run_that_loops_for_ever()
    {
        var test = WorkflowTest.FromText("""
            { "StartAt": "W", "States": { "W": { "Type": "Wait", "Seconds": 1, "Next": "C" },
              "C": { "Type": "Choice", "Choices": [ { "Variable": "$.stop", "IsPresent": true, "Next": "S" } ], "Default": "W" }, "S": { "Type": "Succeed" } } }
            """).With(s => s with { MaxSteps = 1_000 });

        Message(() => test.Run()).ShouldStartWith("The run takes more than 1000 steps (TestSettings.MaxSteps): does it loop for ever?\n  path:     … ");
    }

    [Fact]
    public void Should_refuse_a_script_for_no_attempt()
    {
        Should.Throw<ArgumentOutOfRangeException>(() => Shop.Test.Fail("ship", "Bad", times: 0));
        Should.Throw<ArgumentOutOfRangeException>(() => Reply.Hang.After(TimeSpan.FromTicks(-1)));
        Should.Throw<ArgumentOutOfRangeException>(() => Reply.Hang.Beating(TimeSpan.Zero));
        Should.Throw<ArgumentOutOfRangeException>(() => Failed.Advance(TimeSpan.FromTicks(-1)));
    }
}
