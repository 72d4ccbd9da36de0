using System.Text;
using Flow.Contracts;
using Flow.Contracts.Api;
using Flow.Transports.DeadLetters;
using Flow.Transports.Tests.Brokers;

namespace Flow.Transports.Matrix.Tests;

public abstract partial class TransportMatrix
{
    // capabilities 111, 112
    [Fact]
    public async Task Should_keep_a_letter_of_a_run_that_failed_for_good()
    {
        Needs(Capability.SeveralBuses);
        var run = await _flow.RunAsync("failed", FlowSite.OneTask("charge"), new { order = "lost" });
        (run.Run.Status, run.Run.Error).ShouldBe((RunStatus.Failed, "Card.Declined"));

        var letter = await LetterAsync(new() { RunId = run.Run.RunId });
        (letter.Kind, letter.Status, letter.Error, letter.Node).ShouldBe((DeadLetterKind.RetriesSpent, DeadLetterStatus.Open, "Card.Declined", "Work"));
        (await _flow.Letters.GetDeadLetterAsync(letter.Id)).Input!.Value.GetProperty("order").GetString().ShouldBe("lost");
    }

    // capability 113
    [Fact]
    public async Task Should_replay_a_letter_to_the_end_of_its_run()
    {
        Needs(Capability.SeveralBuses);
        var run = await _flow.RunAsync("replayed", FlowSite.OneTask("charge"), new { order = "found" });
        var letter = await LetterAsync(new() { RunId = run.Run.RunId });
        _flow.Handlers.Mend("found");

        await _flow.Letters.ReplayDeadLetterAsync(letter.Id);

        await Waiting.UntilAsync("the run to succeed", () => _flow.Client.GetRunAsync(run.Run.RunId), details => details.Run.Status == RunStatus.Succeeded);
        await LetterAsync(new() { RunId = run.Run.RunId, Status = DeadLetterStatus.Replayed });
    }

    // capability 115
    [Fact]
    public async Task Should_put_a_poison_message_aside_and_drain_it()
    {
        Needs(Capability.SeveralBuses);
        const string Body = "{ this is no JSON";
        await _flow.Queues.SendAsync(
            new DeadMessage { Queue = QueueNames.ForWork(QueueNames.DefaultWorkQueue), MessageId = Guid.NewGuid().ToString(), Body = Encoding.UTF8.GetBytes(Body), ContentType = "application/json" }, default);

        var letter = await LetterAsync(new() { Kind = DeadLetterKind.Undecodable });
        (await _flow.Letters.GetDeadLetterAsync(letter.Id)).Body.ShouldBe(Body);
        (await _flow.RunAsync("echoes", FlowSite.OneTask("echo"), new { })).Run.Status.ShouldBe(RunStatus.Succeeded);
    }

    private async Task<DeadLetter> LetterAsync(DeadLetterFilter filter) =>
        (await Waiting.UntilAsync("the letter", () => _flow.Letters.ListDeadLettersAsync(filter), page => page.Items.Count == 1)).Items.Single();
}
