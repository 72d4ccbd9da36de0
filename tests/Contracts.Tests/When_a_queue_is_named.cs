namespace Flow.Contracts.Tests;

// capability 75
public sealed class When_a_queue_is_named
{
    [Theory]
    [InlineData("default", true)]
    [InlineData("video", true)]
    [InlineData("video-4k_eu.west", true)]
    [InlineData("0", true)]
    [InlineData("", false)]
    [InlineData(null, false)]
    [InlineData("Video", false)]
    [InlineData("video queue", false)]
    [InlineData("video/4k", false)]
    [InlineData("vidéo", false)]
    [InlineData("video\n", false)]
    public void Should_allow_only_names_every_broker_takes(string? name, bool allowed) => QueueNames.IsWorkQueueName(name).ShouldBe(allowed);

    [Fact]
    public void Should_allow_as_many_characters_as_it_says()
    {
        QueueNames.IsWorkQueueName(new string('q', QueueNames.MaxWorkQueueNameLength)).ShouldBeTrue();
        QueueNames.IsWorkQueueName(new string('q', QueueNames.MaxWorkQueueNameLength + 1)).ShouldBeFalse();
    }

    [Fact]
    public void Should_put_work_under_a_prefix_of_its_own() => QueueNames.ForWork("video").ShouldBe("flow-work-video");

    [Fact]
    public void Should_refuse_another_name_and_say_which_are_right() =>
        Should.Throw<ArgumentException>(() => QueueNames.ForWork("Video Queue")).Message
            .ShouldContain("'Video Queue' is not a queue name: use 1 to 80 lower-case letters, digits");

    [Fact]
    public void Should_keep_the_names_other_systems_send_to() =>
        new[] { QueueNames.StartRun, QueueNames.CancelRun, QueueNames.NodeSucceeded, QueueNames.NodeFailed, QueueNames.NodeHeartbeat, QueueNames.NodeLeased, QueueNames.NodeReleased, QueueNames.RunJournal }
            .ShouldBe(["flow-start-run", "flow-cancel-run", "flow-node-succeeded", "flow-node-failed", "flow-node-heartbeat", "flow-node-leased", "flow-node-released", "flow-run-journal"]);
}
