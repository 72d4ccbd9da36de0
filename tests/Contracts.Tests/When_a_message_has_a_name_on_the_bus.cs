using MassTransit;

namespace Flow.Contracts.Tests;

/// <summary>The URN is part of the wire contract: renaming a record or moving it to another namespace breaks every system that sends or reads it.</summary>
public sealed class When_a_message_has_a_name_on_the_bus
{
    private static readonly string[] Frozen =
    [
        "urn:message:Flow.Contracts:AttemptChecked",
        "urn:message:Flow.Contracts:CancelRun",
        "urn:message:Flow.Contracts:CheckAttempt",
        "urn:message:Flow.Contracts:CheckQueues",
        "urn:message:Flow.Contracts:DrainWorker",
        "urn:message:Flow.Contracts:NodeDeadLettered",
        "urn:message:Flow.Contracts:NodeFailed",
        "urn:message:Flow.Contracts:NodeHeartbeat",
        "urn:message:Flow.Contracts:NodeLeased",
        "urn:message:Flow.Contracts:NodeReleased",
        "urn:message:Flow.Contracts:NodeStarted",
        "urn:message:Flow.Contracts:NodeSucceeded",
        "urn:message:Flow.Contracts:NodeWorkItem",
        "urn:message:Flow.Contracts:PauseRun",
        "urn:message:Flow.Contracts:PayloadPart",
        "urn:message:Flow.Contracts:PayloadPartStored",
        "urn:message:Flow.Contracts:PayloadRefused",
        "urn:message:Flow.Contracts:PermitsReserved",
        "urn:message:Flow.Contracts:QueuePaused",
        "urn:message:Flow.Contracts:QueueResumed",
        "urn:message:Flow.Contracts:QueuesChecked",
        "urn:message:Flow.Contracts:ReadPayload",
        "urn:message:Flow.Contracts:ReadRunJournal",
        "urn:message:Flow.Contracts:RedriveRun",
        "urn:message:Flow.Contracts:ReservePermits",
        "urn:message:Flow.Contracts:ResumeRun",
        "urn:message:Flow.Contracts:RunAdvanced",
        "urn:message:Flow.Contracts:RunCancelled",
        "urn:message:Flow.Contracts:RunFailed",
        "urn:message:Flow.Contracts:RunJournalPage",
        "urn:message:Flow.Contracts:RunPaused",
        "urn:message:Flow.Contracts:RunRedriven",
        "urn:message:Flow.Contracts:RunRejected",
        "urn:message:Flow.Contracts:RunResumed",
        "urn:message:Flow.Contracts:RunStarted",
        "urn:message:Flow.Contracts:RunSucceeded",
        "urn:message:Flow.Contracts:RunTimedOut",
        "urn:message:Flow.Contracts:StartRun",
        "urn:message:Flow.Contracts:WorkerHeartbeat",
        "urn:message:Flow.Contracts:WritePayloadPart",
    ];

    [Fact]
    public void Should_never_change_it() => Messages.All.Select(message => MessageUrn.ForTypeString(message)).ShouldBe(Frozen);
}
