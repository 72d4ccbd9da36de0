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
    [InlineData("video-critical", false)]
    [InlineData("video-low", false)]
    [InlineData("-low", false)]
    [InlineData("low", true)]
    [InlineData("critical", true)]
    [InlineData("video-lower", true)]
    public void Should_allow_only_names_every_broker_takes(string? name, bool allowed) => QueueNames.IsWorkQueueName(name).ShouldBe(allowed);

    [Fact]
    public void Should_allow_as_many_characters_as_it_says()
    {
        QueueNames.IsWorkQueueName(new string('q', QueueNames.MaxWorkQueueNameLength)).ShouldBeTrue();
        QueueNames.IsWorkQueueName(new string('q', QueueNames.MaxWorkQueueNameLength + 1)).ShouldBeFalse();
    }

    [Fact]
    public void Should_put_work_under_a_prefix_of_its_own() => QueueNames.ForWork("video").ShouldBe("flow-work-video");

    // capability 76
    [Fact]
    public void Should_have_a_lane_for_each_priority()
    {
        QueueNames.ForWork("video", Priority.Critical).ShouldBe("flow-work-video-critical");
        QueueNames.ForWork("video", Priority.Default).ShouldBe("flow-work-video");
        QueueNames.ForWork("video", Priority.Low).ShouldBe("flow-work-video-low");
        QueueNames.ForWork("video", (Priority)7).ShouldBe("flow-work-video");
        QueueNames.LanesOf("video").ShouldBe(["flow-work-video-critical", "flow-work-video", "flow-work-video-low"]);
    }

    [Theory]
    [InlineData("flow-work-video", "video")]
    [InlineData("flow-work-video-critical", "video")]
    [InlineData("flow-work-video-low", "video")]
    [InlineData("flow-work-low", "low")]
    [InlineData("flow-work--low", null)]
    [InlineData("flow-work-video-low-low", null)]
    [InlineData("flow-work-", null)]
    [InlineData("flow-runs", null)]
    public void Should_be_found_by_its_lanes(string brokerQueue, string? queue) => QueueNames.WorkQueueOf(brokerQueue).ShouldBe(queue);

    [Fact]
    public void Should_say_why_the_name_of_a_lane_is_none() =>
        QueueNames.WorkQueueNameFault("video-low").ShouldNotBeNull().ShouldContain("'-low' is the ending of a lane. Name the queue without it");

    [Fact]
    public void Should_refuse_another_name_and_say_which_are_right() =>
        Should.Throw<ArgumentException>(() => QueueNames.ForWork("Video Queue")).Message
            .ShouldContain("'Video Queue' is not a queue name: use 1 to 80 lower-case letters, digits");

    [Fact]
    public void Should_keep_the_names_other_systems_send_to() =>
        new[] { QueueNames.StartRun, QueueNames.CancelRun, QueueNames.NodeSucceeded, QueueNames.NodeFailed, QueueNames.NodeHeartbeat, QueueNames.NodeLeased, QueueNames.NodeReleased, QueueNames.RunJournal }
            .ShouldBe(["flow-start-run", "flow-cancel-run", "flow-node-succeeded", "flow-node-failed", "flow-node-heartbeat", "flow-node-leased", "flow-node-released", "flow-run-journal"]);
}
