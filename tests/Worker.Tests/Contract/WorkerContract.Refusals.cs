using System.Text.Json;
using Flow.Worker.Tests.Bed;

namespace Flow.Worker.Tests.Contract;

public abstract partial class WorkerContract
{
    [Fact] // capability 3
    public async Task An_unknown_handler_should_be_told_to_the_run_and_put_aside()
    {
        await using var bed = await Start(w => w.AddHandler<Split>().AddHandler<Approve>());
        await bed.Desk.Watch("flow-work-default_skipped");
        var item = await bed.Desk.Send(Desk.Item("transcribe"));

        var failure = await bed.Desk.Failure(item);
        failure.Error.ShouldBe("Flow.UnknownHandler");
        failure.Cause.ShouldNotBeNull().ShouldEndWith("has no handler 'transcribe' (Resource 'flow:transcribe'); it has: approve, split.");
        var aside = await bed.Desk.Aside.First(_ => true);
        aside.Body.ShouldContain(item.Token.ToString());
        aside.Reason.ShouldNotBeNull().ShouldStartWith("Flow.UnknownHandler: ");
    }

    [Fact] // capability 5
    public async Task An_unsupported_contract_should_be_told_to_the_run_and_put_aside()
    {
        await using var bed = await Start(w => w.AddHandler<Split>());
        await bed.Desk.Watch("flow-work-default_skipped");
        var item = await bed.Desk.Send(Desk.Item("split", new VideoChunk("v", 1)) with { ContractVersion = 3 });

        var failure = await bed.Desk.Failure(item);
        failure.Error.ShouldBe("Flow.UnsupportedContract");
        failure.Cause.ShouldNotBeNull().ShouldContain("contract version 3");
        (await bed.Desk.Aside.First(_ => true)).Reason.ShouldNotBeNull().ShouldStartWith("Flow.UnsupportedContract: ");
    }

    [Theory]
    [InlineData("""{"url":"v","seconds":"many"}""", "$.seconds")]
    [InlineData("""{"url":null,"seconds":1}""", "$.url")]
    [InlineData("""{"seconds":1}""", "url")]
    [InlineData("[]", "$")]
    [InlineData("null", "$")]
    public async Task Input_that_does_not_fit_should_fail_and_name_the_place(string input, string place)
    {
        await using var bed = await Start(w => w.AddHandler<Split>());
        var item = await bed.Desk.Send(Desk.Item("split") with { Input = JsonElement.Parse(input) });

        var failure = await bed.Desk.Failure(item);
        failure.Error.ShouldBe("Flow.InvalidInput");
        failure.Cause.ShouldNotBeNull().ShouldContain(place);
        failure.Cause.ShouldContain(nameof(VideoChunk));
    }

    [Fact] // capability 115
    public async Task A_body_that_is_no_work_item_should_be_put_aside_at_once_and_the_run_told()
    {
        await using var bed = await Start(w => w.AddHandler<Split>());
        await bed.Desk.Watch("flow-work-default_error");
        await bed.Desk.Watch("flow-work-default_skipped");
        var lost = Desk.Item("split");
        var envelope = $$$"""{"messageType":["urn:message:Flow.Contracts:NodeWorkItem"],"message":{"runId":"{{{lost.RunId}}}","scopeId":"{{{lost.ScopeId}}}","token":"{{{lost.Token}}}","version":"three"}}""";
        await bed.Desk.SendRaw(envelope);
        await bed.Desk.SendRaw("{ this is not JSON");
        var next = await bed.Desk.Send(Desk.Item("split", new VideoChunk("v", 1)));

        await bed.Desk.Success(next);
        await bed.Desk.Aside.Several(2);
        await bed.Desk.Send(Desk.Item("nobody"));
        var last = await bed.Desk.Aside.First(a => a.Queue.EndsWith("_skipped", StringComparison.Ordinal));
        last.Reason.ShouldNotBeNull().ShouldStartWith("Flow.UnknownHandler");
        var aside = bed.Desk.Aside.All.Where(a => a.Queue.EndsWith("_error", StringComparison.Ordinal)).ToList();
        aside.Count.ShouldBe(2);
        aside.ShouldContain(a => a.Body == envelope, string.Join("; ", aside));
        aside.ShouldContain(a => a.Body == "{ this is not JSON");
        aside.ShouldAllBe(a => !string.IsNullOrEmpty(a.Reason));
        var failure = await bed.Desk.Failure(lost);
        failure.Error.ShouldBe("Flow.UndecodableItem");
        failure.RunId.ShouldBe(lost.RunId);
        failure.ScopeId.ShouldBe(lost.ScopeId);
        failure.Cause.ShouldNotBeNull().ShouldContain("flow-work-default_error");
        bed.Desk.Failed.All.Count(f => f.Message.Error == "Flow.UndecodableItem").ShouldBe(1);
    }

    [Fact] // capability 115
    public async Task A_body_that_is_cut_off_should_still_tell_its_run()
    {
        await using var bed = await Start(w => w.AddHandler<Split>());
        await bed.Desk.Watch("flow-work-default_error");
        var lost = Desk.Item("split");
        await bed.Desk.SendRaw($$"""{"message":{"runId":"{{lost.RunId}}","scopeId":"{{lost.ScopeId}}","token":"{{lost.Token}}","node":"Spl""");

        (await bed.Desk.Failure(lost)).Error.ShouldBe("Flow.UndecodableItem");
        await bed.Desk.Aside.First(_ => true);
    }

    [Fact] // capability 115
    public async Task A_message_of_another_type_should_be_put_aside_and_its_run_told()
    {
        await using var bed = await Start(w => w.AddHandler<Split>());
        await bed.Desk.Watch("flow-work-default_skipped");
        var lost = Desk.Item("split");
        await bed.Desk.SendRaw($$$"""{"messageType":["urn:message:Other:Item"],"message":{"runId":"{{{lost.RunId}}}","scopeId":"{{{lost.ScopeId}}}","token":"{{{lost.Token}}}"} }""");

        (await bed.Desk.Failure(lost)).Error.ShouldBe("Flow.UndecodableItem");
        (await bed.Desk.Aside.First(_ => true)).Reason.ShouldBe("Flow.UndecodableItem: Its message type is not NodeWorkItem.");
    }
}
