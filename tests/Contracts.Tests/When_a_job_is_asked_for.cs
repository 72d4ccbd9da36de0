using System.Text.Json;
using Flow.Contracts.Api;

namespace Flow.Contracts.Tests;

// capability 107
public sealed class When_a_job_is_asked_for
{
    private static readonly DateTimeOffset Now = new(2026, 11, 27, 10, 0, 0, TimeSpan.Zero);

    public static TheoryData<DispatchRequest, string> Wrong => new()
    {
        { new() { Handler = "" }, "'' is not a handler name" },
        { new() { Handler = "emails/send" }, "'emails/send' is not a handler name: use 1 to 80" },
        { new() { Handler = new string('h', 81) }, "is not a handler name" },
        { new() { Handler = "send", Queue = "E Mails" }, "queue 'E Mails' is not a queue name: use 1 to 80 lower-case letters" },
        { new() { Handler = "send", DelaySeconds = -0.5 }, "delaySeconds is -0.5; allowed are 0 to 315360000" },
        { new() { Handler = "send", DelaySeconds = double.NaN }, "delaySeconds is NaN" },
        { new() { Handler = "send", DelaySeconds = 1, StartAt = Now }, "use one of them" },
        { new() { Handler = "send", MaxAttempts = 0 }, "maxAttempts is 0; allowed are 1 to 100" },
        { new() { Handler = "send", MaxAttempts = 101 }, "maxAttempts is 101" },
    };

    [Theory, MemberData(nameof(Wrong))]
    public void Should_say_what_is_wrong_with_it(DispatchRequest request, string said) => Jobs.FaultOf(request).ShouldNotBeNull().ShouldContain(said);

    [Fact]
    public void Should_be_the_start_of_a_run_of_a_built_in_workflow()
    {
        var request = new DispatchRequest
        {
            RunId = Guid.NewGuid(), Handler = "http:invoke", Payload = JsonElement.Parse("7"), Queue = "emails", Priority = Priority.Critical, DelaySeconds = 1.5, MaxAttempts = 3,
        };
        Jobs.FaultOf(request).ShouldBeNull();

        var start = Jobs.StartOf(request, "key", Now);

        (start.RunId, start.Workflow, start.Version, start.Input.GetInt32(), start.Queue, start.Priority, start.IdempotencyKey, start.NotBefore)
            .ShouldBe((request.RunId, "job:http:invoke", 4, 7, "emails", Priority.Critical, "key", Now.AddSeconds(1.5)));
        (Jobs.HandlerOf(start.Workflow), Jobs.AttemptsOf(4), Jobs.AttemptsOf(1), Jobs.HandlerOf("order")).ShouldBe(("http:invoke", 3, null, null));
        Jobs.StartOf(new() { Handler = "send" }, null, Now).ShouldSatisfyAllConditions(s => s.Version.ShouldBe(1), s => s.NotBefore.ShouldBeNull(), s => s.Input.ValueKind.ShouldBe(JsonValueKind.Undefined));
        Jobs.StartOf(new() { Handler = "send", StartAt = Now }, null, Now).NotBefore.ShouldBe(Now);
    }
}
