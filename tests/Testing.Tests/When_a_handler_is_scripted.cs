namespace Flow.Testing.Tests;

public sealed class When_a_handler_is_scripted
{
    private sealed record Order(int Id, Receipt Charged);

    private sealed record Receipt(string Number);

    [Fact]
    public void Should_answer_attempt_by_attempt()
    {
        var run = Shop.Paying
            .Fail("ship", "Carrier.Down", times: 2)
            .Handle("ship", _ => "sent")
            .Run();

        run.ShouldSucceed().ShouldTake("Charge", "Ship");
        run.Attempts("ship").Select(a => (a.Number, a.State, a.Error, a.After.TotalSeconds)).ShouldBe([
            (1, AttemptState.Failed, "Carrier.Down", 0),
            (2, AttemptState.Failed, "Carrier.Down", 5),
            (3, AttemptState.Succeeded, null, 15),
        ]);
        run.Duration.ShouldBe(TimeSpan.FromSeconds(20));
    }

    [Fact]
    public void Should_answer_with_one_reply_each() =>
        Shop.Paying.Handle("ship", Reply.Fail("Carrier.Down"), Reply.Return("sent")).Run().ShouldSucceed(new { charged = new { receipt = "R-1" }, parcel = "sent" });

    [Fact]
    public void Should_begin_anew_after_a_script_that_never_ends()
    {
        var refused = Shop.Paying.Handle("ship", _ => "sent").Fail("ship", "Carrier.Refused", "too heavy");

        refused.Run().ShouldFail("Carrier.Refused", "refunded").ShouldTake("Charge", "Ship", "Refund");
        refused.Handle("ship", _ => "sent").Run().ShouldSucceed();
    }

    [Fact]
    public void Should_give_and_take_objects_as_a_worker_does()
    {
        var run = Shop.Test
            .Handle("charge", _ => new { receipt = "R-1", Number = "N-1" })
            .Handle("ship", (Order order) => new Order(order.Id + 1, order.Charged))
            .Run(new { Id = 7 });

        run.Output.GetProperty("parcel").GetRawText().ShouldBe("""{"id":8,"charged":{"number":"N-1"}}""");
        run.Attempts("ship")[0].PayloadAs<Order>().ShouldBe(new Order(7, new("N-1")));
    }

    [Fact]
    public void Should_prefer_the_full_resource_to_the_handler() =>
        Shop.Test.Handle("charge", _ => new { receipt = 1 }).Handle("flow:pay/charge", _ => new { receipt = 2 }).Handle("ship", _ => null).Run()
            .ShouldHaveVariables(new { receipt = 2 });

    [Fact]
    public void Should_find_the_function_that_an_invocation_names() => WorkflowTest.FromText("""
        { "StartAt": "I", "States": { "I": { "Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "Parameters": { "FunctionName": "price:3", "Payload.$": "$" },
          "ResultSelector": { "price.$": "$.Payload" }, "End": true } } }
        """).Handle("price", attempt => new Dictionary<string, object> { ["Payload"] = attempt.Payload.GetProperty("Payload").GetInt32() + 1 }).Run(4).ShouldSucceed(new { price = 5 });

    [Fact]
    public void Should_count_every_run_for_itself()
    {
        var test = Shop.Paying.Handle("ship", Reply.Fail("Carrier.Down"), Reply.Return(1));

        test.Run().ShouldSucceed();
        test.Run().ShouldSucceed().Attempts("ship").Count.ShouldBe(2);
    }

    [Fact]
    public void Should_leave_the_test_it_came_from_as_it_was()
    {
        _ = Shop.Paying.Fail("ship", "Bad");

        Should.Throw<WorkflowTestException>(() => Shop.Paying.Run()).Message.ShouldContain("nothing answers 'ship'");
    }

    [Fact]
    public void Should_let_an_exception_of_the_delegate_fail_the_test() =>
        Should.Throw<InvalidOperationException>(() => Shop.Test.Handle("charge", _ => throw new InvalidOperationException()).Run());
}
