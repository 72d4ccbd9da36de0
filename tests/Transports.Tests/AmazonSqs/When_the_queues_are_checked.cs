using Flow.Transports.AmazonSqs;
using Flow.Transports.Checks;
using Flow.Transports.Queues;
using Flow.Transports.Tests.Brokers;

namespace Flow.Transports.Tests.AmazonSqs;

/// <summary>What the doctor finds on Amazon SQS. Capabilities 67, 158.</summary>
public sealed class When_the_queues_are_checked : IAsyncLifetime
{
    private readonly AmazonSqsBroker _broker = new();

    public ValueTask InitializeAsync() => _broker.StartAsync();

    public ValueTask DisposeAsync() => _broker.DisposeAsync();

    [Fact]
    public async Task Should_find_nothing_wrong_where_all_is_well_and_leave_nothing_behind()
    {
        using var sqs = _broker.Read().CreateSqsClient();
        await using (var host = await TestHost.StartAsync(_broker.Settings))
        {
            await host.SendAsync("flow-work-mails", new Numbered(1));
            await host.SendAsync("flow-work-mails.fifo", new Numbered(1));

            var results = await Doctor.RunAsync(_broker.Settings);

            results.ShouldAllBe(result => result.Status == CheckStatus.Ok || result.Subject == "broker visibility timeout");
            results.Select(result => result.Subject).ShouldBe(
                ["broker", "permission to configure", "permission to write", "permission to read", "permission to subscribe", "broker visibility timeout", "broker queues"]);
            results[^1].Finding.ShouldContain("4 queues");
        }

        (await sqs.ListQueuesAsync(_broker.Prefix)).ShouldNotContain(url => url.Contains("doctor", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("MessageRetentionPeriod", "345600", CheckStatus.Warning, "4 days")]
    [InlineData("MessageRetentionPeriod", "3600", CheckStatus.Problem, "1 hours")]
    [InlineData("DelaySeconds", "5", CheckStatus.Warning, "delayed by 5 s")]
    [InlineData("MaximumMessageSize", "1024", CheckStatus.Problem, "over 1024 bytes")]
    [InlineData("RedrivePolicy", "", CheckStatus.Warning, "no RedrivePolicy")]
    [InlineData("RedrivePolicy", "3", CheckStatus.Warning, "after 3 deliveries")]
    public async Task Should_find_an_attribute_that_loses_delays_or_refuses_messages(string attribute, string value, CheckStatus status, string finding)
    {
        using var sqs = _broker.Read().CreateSqsClient();
        foreach (var queue in (string[])["flow-work-a", "flow-work-b"])
            await CreateAsync(sqs, queue, attribute, value);

        var results = await Doctor.RunAsync(_broker.Settings);

        var found = results.Single(result => result.Subject == "broker queues");
        (found.Status, found.Remedy).ShouldBe((status, found.Remedy.ShouldNotBeNull()));
        found.Finding.ShouldStartWith("flow-work-a, flow-work-b: ");
        found.Finding.ShouldContain(finding);
    }

    [Theory]
    [InlineData("5", CheckStatus.Warning)]
    [InlineData("60", CheckStatus.Ok)]
    [InlineData("43200", CheckStatus.Warning)]
    public async Task Should_judge_how_long_messages_stay_with_who_received_them(string seconds, CheckStatus status)
    {
        var settings = new Dictionary<string, string?>(_broker.Settings) { ["Flow:AmazonSqs:VisibilityTimeoutSeconds"] = seconds };

        var found = (await Doctor.RunAsync(settings)).Single(result => result.Subject == "broker visibility timeout");

        found.Status.ShouldBe(status);
        found.Finding.ShouldContain($"{seconds} s");
    }

    [Theory]
    [InlineData("CreateQueue", "permission to configure", "sqs:CreateQueue")]
    [InlineData("SendMessageBatch", "permission to write", "sqs:SendMessage")]
    [InlineData("ReceiveMessage", "permission to read", "sqs:ReceiveMessage")]
    [InlineData("DeleteQueue", "permission to delete its temporary queues", "sqs:DeleteQueue")]
    public async Task Should_find_the_permission_that_is_missing(string operation, string subject, string action)
    {
        AmazonSqsEmulator.SetCredentials();
        await using var server = new RecordingServer();
        server.Answers.Enqueue((operation, 403, """{"__type":"com.amazon.coral.service#AccessDeniedException","message":"User is not authorized."}"""));

        var results = await Doctor.RunAsync(new Dictionary<string, string?>(_broker.Settings) { ["Flow:AmazonSqs:ServiceUrl"] = server.Address.ToString() });

        var problem = results.Single(result => result.Status == CheckStatus.Problem);
        problem.Subject.ShouldBe(subject);
        problem.Finding.ShouldContain(action);
        problem.Finding.ShouldContain("User is not authorized.");
        problem.Remedy.ShouldNotBeNull().ShouldContain("flow topology export iam");
    }

    [Fact]
    public async Task Should_say_that_nobody_answers()
    {
        var found = (await Doctor.RunAsync(_broker.UnreachableSettings)).ShouldHaveSingleItem();

        (found.Subject, found.Status, found.Reached).ShouldBe(("broker", CheckStatus.Problem, false));
        found.Finding.ShouldContain(_broker.UnreachableAddress);
    }

    /// <summary>A queue that is as it should be but for one attribute.</summary>
    private async Task CreateAsync(SqsClient sqs, string queue, string attribute, string value)
    {
        var none = new Dictionary<string, string>();
        var attributes = new Dictionary<string, string> { ["MessageRetentionPeriod"] = "1209600" };
        var errors = (await sqs.GetAttributesAsync(await sqs.CreateQueueAsync($"{_broker.Prefix}{queue}_error", attributes, none), ["QueueArn"]))["QueueArn"];
        attributes["RedrivePolicy"] = Redrive($"{QueueClient.DefaultDeliveryLimit}");
        if (attribute != "RedrivePolicy")
            attributes[attribute] = value;
        else if (value.Length == 0)
            attributes.Remove("RedrivePolicy");
        else
            attributes["RedrivePolicy"] = Redrive(value);
        await sqs.CreateQueueAsync(_broker.Prefix + queue, attributes, none);

        string Redrive(string most) => $$"""{"deadLetterTargetArn":"{{errors}}","maxReceiveCount":"{{most}}"}""";
    }
}
