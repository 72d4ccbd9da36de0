using System.Text.Json;
using Flow.Contracts.Api;

namespace Flow.Monitor.Tests.DeadLetters;

/// <summary>Messages that the consumers of their queues do not want.</summary>
public abstract partial class DeadLetterTests
{
    // capability 115
    [Fact]
    public async Task A_message_that_nobody_at_its_queue_takes_is_a_letter_that_says_so()
    {
        var sent = await SendAsync("flow-start-run", Enveloped("urn:message:Elsewhere:Greeting", new { hello = "world" }), Envelope);

        var letter = (await _bed.UntilAsync(new() { Queue = "flow-start-run" })).Single();
        (letter.Kind, letter.MessageId, letter.RunId, letter.Error).ShouldBe((DeadLetterKind.Skipped, sent, (Guid?)null, (string?)null));
        letter.Cause.ShouldNotBeNull().ShouldStartWith("Nobody at flow-start-run takes messages of its type");
        (await _bed.Letters.GetDeadLetterAsync(letter.Id)).Body.ShouldNotBeNull().ShouldContain("world");
    }

    // capability 115
    [Fact]
    public async Task A_message_whose_consumer_fails_always_is_a_letter_with_its_exception()
    {
        await SendAsync("flow-permits", Enveloped("urn:message:Flow.Contracts:ReservePermits", new { key = "charge", permits = 0, periodSeconds = 1 }), Envelope);

        var letter = (await _bed.UntilAsync(new() { Queue = "flow-permits" })).Single();
        (letter.Kind, letter.Error, letter.Cause).ShouldBe((DeadLetterKind.Faulted, "System.ArgumentException", "permits is 0; allowed are 1 to 100000."));
        (await _bed.Letters.GetDeadLetterAsync(letter.Id)).Stack.ShouldNotBeNull().ShouldContain("PermitStore");
    }

    private static byte[] Enveloped(string type, object message) => JsonSerializer.SerializeToUtf8Bytes(new { messageId = Guid.NewGuid(), messageType = new[] { type }, message });
}
