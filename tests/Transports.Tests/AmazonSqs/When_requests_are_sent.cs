using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Flow.Transports.AmazonSqs;
using Flow.Transports.Queues;
using Flow.Transports.Tests.Brokers;
using MassTransit;

namespace Flow.Transports.Tests.AmazonSqs;

/// <summary>What AWS asks of requests and the emulator does not look at. Capability 67.</summary>
public sealed class When_requests_are_sent : IAsyncLifetime
{
    private const int MiB = 1024 * 1024;

    private readonly RecordingServer _server = new();
    private SqsQueueProvider _provider = null!;

    private AmazonSqsSettings Settings => new() { Region = "us-east-1", ServiceUrl = _server.Address };

    public ValueTask InitializeAsync()
    {
        AmazonSqsEmulator.SetCredentials();
        _provider = new SqsQueueProvider(Settings, TimeProvider.System, 1023 * 1024);
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await _provider.DisposeAsync();
        await _server.DisposeAsync();
    }

    [Theory]
    [InlineData("sqs")]
    [InlineData("sns")]
    public async Task Should_sign_them_for_service_and_region(string service)
    {
        if (service == "sqs")
            await _provider.SendAsync("q", Message("{}"));
        else
            await _provider.PublishAsync("t", Message("{}"));

        var request = _server.All.Last();
        request.Headers["Authorization"].ShouldStartWith("AWS4-HMAC-SHA256 Credential=test/");
        request.Headers["Authorization"].ShouldContain($"/us-east-1/{service}/aws4_request");
        request.Headers["Authorization"].Split("Signature=")[1].ShouldBe(SignatureOf(request, service));
        request.Headers["Content-Type"].ShouldStartWith(service == "sqs" ? "application/x-amz-json-1.0" : "application/x-www-form-urlencoded");
    }

    [Fact]
    public async Task Should_send_at_most_ten_messages_in_a_call()
    {
        var release = HoldBack("SendMessageBatch");
        var first = _provider.SendAsync("q", Message("{}"));
        await Until.TrueAsync(() => _server.Of("SendMessageBatch").Any());
        var others = Enumerable.Range(0, 25).Select(_ => _provider.SendAsync("q", Message("{}"))).ToList();
        release.SetResult();

        (await Task.WhenAll([first, .. others])).ShouldAllBe(sent => sent);
        var sizes = _server.Of("SendMessageBatch").Select(request => request.Json.GetProperty("Entries").GetArrayLength()).ToList();
        sizes.Sum().ShouldBe(26);
        sizes.ShouldAllBe(size => size <= 10);
        sizes.Count.ShouldBeLessThanOrEqualTo(5);
    }

    [Fact]
    public async Task Should_send_at_most_one_mebibyte_in_a_call()
    {
        var release = HoldBack("SendMessageBatch");
        var body = JsonSerializer.Serialize(new string('x', 300 * 1024));
        var sends = Enumerable.Range(0, 8).Select(_ => _provider.SendAsync("q", Message(body))).ToList();
        release.SetResult();
        await Task.WhenAll(sends);

        var batches = _server.Of("SendMessageBatch").Select(request => request.Json.GetProperty("Entries").EnumerateArray().ToList()).ToList();
        batches.Sum(batch => batch.Count).ShouldBe(8);
        batches.ShouldAllBe(batch => batch.Sum(BytesOf) <= MiB);
    }

    [Theory]
    [InlineData(0, null, false)]
    [InlineData(0.2, 1, false)]
    [InlineData(900, 900, false)]
    [InlineData(900.5, 900, true)]
    [InlineData(172_800, 900, true)]
    public async Task Should_delay_a_message_by_at_most_a_quarter_of_an_hour_and_say_when_it_is_due(double seconds, int? delay, bool saysWhen)
    {
        await _provider.SendAsync("q", Message("{}") with { Delay = TimeSpan.FromSeconds(seconds) });

        var entry = _server.Of("SendMessageBatch").Single().Json.GetProperty("Entries")[0];
        (entry.TryGetProperty("DelaySeconds", out var given) ? given.GetInt32() : (int?)null).ShouldBe(delay);
        entry.GetProperty("MessageAttributes").TryGetProperty("Flow-Due", out _).ShouldBe(saysWhen);
    }

    [Fact]
    public async Task Should_put_a_message_aside_with_no_more_than_ten_attributes()
    {
        _server.Answers.Enqueue(("ReceiveMessage", 200, """{"Messages":[{"MessageId":"5b7c1f0e-0000-4000-8000-000000000001","ReceiptHandle":"r","Body":"{}","MessageAttributes":{"Content-Type":{"DataType":"String","StringValue":"application/json"}}}]}"""));
        var message = (await _provider.ReceiveAsync("q", Guid.NewGuid(), 1, TimeSpan.FromMinutes(1))).ShouldHaveSingleItem();
        var headers = Enumerable.Range(0, 20).ToDictionary(number => $"X-{number}", number => $"{number}");
        headers["MT-Reason"] = "fault";
        headers["MT-Fault-Message"] = "A bell \u0007 rang.";
        headers["MT-Fault-StackTrace"] = new string('s', 100_000);
        headers["with space"] = "yes";
        headers["empty"] = "";

        (await _provider.MoveAsync(message.Lease, "q_error", JsonSerializer.Serialize(headers))).ShouldBeTrue();

        var attributes = _server.Of("SendMessageBatch").Single().Json.GetProperty("Entries")[0].GetProperty("MessageAttributes").EnumerateObject()
            .ToDictionary(a => a.Name, a => a.Value.GetProperty("StringValue").GetString()!);
        attributes.Count.ShouldBe(10);
        attributes.Values.ShouldAllBe(value => value.Length > 0);
        attributes["Content-Type"].ShouldBe("application/json");
        attributes["MT-Reason"].ShouldBe("fault");
        attributes["MT-Fault-Message"].ShouldBe("A bell \uFFFD rang.");
        attributes["MT-Fault-StackTrace"].Length.ShouldBe(8 * 1024);
        JsonSerializer.Deserialize<JsonElement>(attributes["Flow-Headers"]).GetProperty("with space").GetString().ShouldBe("yes");
        _server.All.Last().Operation.ShouldBe("DeleteMessageBatch");
    }

    [Fact]
    public async Task Should_heed_what_became_of_each_message_of_a_batch()
    {
        _server.Answers.Enqueue(("SendMessageBatch", 200, "{}"));
        _server.Answers.Enqueue((
            "SendMessageBatch", 200,
            """{"Successful":[{"Id":"0"}],"Failed":[{"Id":"1","Code":"InvalidMessageContents","Message":"No.","SenderFault":true},{"Id":"2","Code":"InternalError","Message":"Later.","SenderFault":false}]}"""));
        var release = HoldBack("SendMessageBatch");
        var first = _provider.SendAsync("q", Message("{}"));
        await Until.TrueAsync(() => _server.Of("SendMessageBatch").Any());
        var sends = Enumerable.Range(0, 3).Select(_ => _provider.SendAsync("q", Message("{}"))).ToList();
        // They wait for the call that is on its way, in the order in which they came.
        release.SetResult();

        (await first).ShouldBeTrue();
        (await sends[0]).ShouldBeTrue();
        (await Should.ThrowAsync<InvalidOperationException>(sends[1])).Message.ShouldContain("InvalidMessageContents");
        InfrastructureFault.IsTransient(await Should.ThrowAsync<ConnectionException>(sends[2])).ShouldBeTrue();
    }

    [Fact]
    public async Task Should_create_a_queue_with_its_tags_and_a_way_to_its_error_queue()
    {
        var settings = Settings;
        settings.Tags["team"] = "media";
        await using var provider = new SqsQueueProvider(settings, TimeProvider.System, 255 * 1024);
        _server.Answers.Enqueue(("GetQueueUrl", 400, """{"__type":"com.amazonaws.sqs#QueueDoesNotExist","message":"No."}"""));
        _server.Answers.Enqueue(("GetQueueUrl", 400, """{"__type":"com.amazonaws.sqs#QueueDoesNotExist","message":"No."}"""));

        await provider.CreateQueueAsync(new QueueSpec("q", null, DeliveryLimit: 7, IsServed: true));

        var created = _server.Of("CreateQueue").ToList();
        created.Select(request => request.Json.GetProperty("QueueName").GetString()).ShouldBe(["q_error", "q"]);
        created.ShouldAllBe(request => request.Json.GetProperty("tags").GetProperty("team").GetString() == "media");
        created[0].Json.GetProperty("Attributes").TryGetProperty("RedrivePolicy", out _).ShouldBeFalse();
        var attributes = created[1].Json.GetProperty("Attributes");
        attributes.GetProperty("RedrivePolicy").GetString().ShouldBe("""{"deadLetterTargetArn":"arn:aws:sqs:us-east-1:123456789012:q_error","maxReceiveCount":"7"}""");
        attributes.GetProperty("VisibilityTimeout").GetString().ShouldBe("60");
        attributes.GetProperty("MessageRetentionPeriod").GetString().ShouldBe("1209600");
        attributes.GetProperty("ReceiveMessageWaitTimeSeconds").GetString().ShouldBe("20");
    }

    [Fact]
    public async Task Should_create_a_fifo_queue_as_one_and_tell_it_group_and_id_but_no_delay()
    {
        _server.Answers.Enqueue(("GetQueueUrl", 400, """{"__type":"com.amazonaws.sqs#QueueDoesNotExist","message":"No."}"""));
        await _provider.CreateQueueAsync(new QueueSpec("q.fifo_error", null, 20));
        var message = Message("{}") with { PartitionKey = "run 1", Delay = TimeSpan.FromSeconds(5) };
        await _provider.SendAsync("q.fifo", message);

        var attributes = _server.Of("CreateQueue").Single().Json.GetProperty("Attributes");
        ((string[])["FifoQueue", "DeduplicationScope", "FifoThroughputLimit"]).Select(name => attributes.GetProperty(name).GetString()).ShouldBe(["true", "messageGroup", "perMessageGroupId"]);
        var entry = _server.Of("SendMessageBatch").Single().Json.GetProperty("Entries")[0];
        entry.GetProperty("MessageDeduplicationId").GetString().ShouldBe(message.TransportId.ToString());
        entry.GetProperty("MessageGroupId").GetString().ShouldBe(Convert.ToHexStringLower(SHA256.HashData("run 1"u8)));
        entry.TryGetProperty("DelaySeconds", out _).ShouldBeFalse();
        entry.GetProperty("MessageAttributes").TryGetProperty("Flow-Due", out _).ShouldBeTrue();
    }

    [Fact]
    public async Task Should_let_topics_send_to_a_queue_before_it_subscribes_and_raw()
    {
        await _provider.BindAsync(new TopicBinding("Flow_Contracts-RunStarted", "q", ToTopic: false, RoutingKey: null));

        _server.All.Select(request => request.Operation).TakeLast(2).ShouldBe(["SetQueueAttributes", "Subscribe"]);
        var policy = JsonSerializer.Deserialize<JsonElement>(_server.Of("SetQueueAttributes").Single().Json.GetProperty("Attributes").GetProperty("Policy").GetString()!);
        var statement = policy.GetProperty("Statement").EnumerateArray().ShouldHaveSingleItem();
        statement.GetRawText().ShouldBe(
            """{"Effect":"Allow","Principal":{"Service":"sns.amazonaws.com"},"Action":"sqs:SendMessage","Resource":"arn:aws:sqs:us-east-1:123456789012:q","Condition":{"ArnLike":{"aws:SourceArn":["arn:aws:sns:us-east-1:123456789012:Flow_Contracts-*"]}}}""");
        var subscription = _server.Of("Subscribe").Single().Form;
        (subscription["Endpoint"], subscription["Protocol"], subscription["Attributes.entry.1.key"], subscription["Attributes.entry.1.value"])
            .ShouldBe(("arn:aws:sqs:us-east-1:123456789012:q", "sqs", "RawMessageDelivery", "true"));
    }

    [Fact]
    public async Task Should_raise_the_limit_of_topics_that_larger_messages_go_through()
    {
        await _provider.CreateTopicAsync("Large");

        var set = _server.Of("SetTopicAttributes").Single().Form;
        (set["AttributeName"], set["AttributeValue"]).ShouldBe(("MaximumMessageSize", "1048576"));
    }

    [Fact]
    public async Task Should_hold_a_message_for_no_longer_than_SQS_lets_one()
    {
        _server.Answers.Enqueue(("ReceiveMessage", 200, """{"Messages":[{"MessageId":"5b7c1f0e-0000-4000-8000-000000000001","ReceiptHandle":"r","Body":"{}"}]}"""));
        var message = (await _provider.ReceiveAsync("q", Guid.NewGuid(), 50, TimeSpan.FromDays(2))).ShouldHaveSingleItem();

        (await _provider.ExtendAsync(message.Lease, TimeSpan.FromDays(1))).ShouldBeTrue();

        _server.Of("ReceiveMessage").Single().Json.GetProperty("MaxNumberOfMessages").GetInt32().ShouldBe(10);
        _server.Of("ReceiveMessage").Single().Json.GetProperty("VisibilityTimeout").GetInt32().ShouldBeLessThanOrEqualTo(43_200);
        _server.Of("ChangeMessageVisibilityBatch").Single().Json.GetProperty("Entries")[0].GetProperty("VisibilityTimeout").GetInt32().ShouldBeInRange(43_000 - 400, 43_200);
    }

    [Fact]
    public async Task Should_not_go_on_with_a_receiver_in_the_call_that_ends_its_wait()
    {
        var release = HoldBack("ReceiveMessage");
        var waits = new ReceiverWaits();
        var queue = waits.Name(await _provider.CreateQueueAsync(new QueueSpec("q", null, 20, IsServed: true)), "q");
        using var handled = new CancellationTokenSource();
        var goesOn = WaitAsync();
        await Until.TrueAsync(() => _server.Of("ReceiveMessage").Any());

        var ending = new Thread(handled.Cancel);
        ending.Start();

        (await goesOn).ShouldNotBe(ending.ManagedThreadId);
        release.SetResult();

        async Task<int> WaitAsync()
        {
            await waits.WaitAsync(_provider, queue, TimeSpan.FromMinutes(1), handled.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return Environment.CurrentManagedThreadId;
        }
    }

    [Fact]
    public async Task Should_say_who_is_not_let_in_and_what_to_do()
    {
        _server.Answers.Enqueue(("GetQueueUrl", 403, """{"__type":"com.amazonaws.sqs#InvalidClientTokenId","message":"The security token included in the request is invalid."}"""));

        var refusal = await Should.ThrowAsync<InvalidOperationException>(Settings.CheckAsync(TestContext.Current.CancellationToken));

        refusal.Message.ShouldContain("The security token included in the request is invalid.");
        refusal.Message.ShouldContain("AWS_ACCESS_KEY_ID");
        refusal.Message.ShouldContain("us-east-1");
    }

    [Fact]
    public async Task Should_try_again_when_it_is_throttled()
    {
        _server.Answers.Enqueue(("SendMessageBatch", 400, """{"__type":"com.amazonaws.sqs#RequestThrottled","message":"Slowly."}"""));

        (await _provider.SendAsync("q", Message("{}"))).ShouldBeTrue();

        _server.Of("SendMessageBatch").Count().ShouldBe(2);
    }

    private static OutboundMessage Message(string body) => new() { TransportId = Guid.NewGuid(), Body = Encoding.UTF8.GetBytes(body), ContentType = "application/json" };

    private static int BytesOf(JsonElement entry) => Encoding.UTF8.GetByteCount(entry.GetProperty("MessageBody").GetString()!)
        + entry.GetProperty("MessageAttributes").EnumerateObject().Sum(a => a.Name.Length + "String".Length + Encoding.UTF8.GetByteCount(a.Value.GetProperty("StringValue").GetString()!));

    /// <summary>The signature as AWS's documentation of Signature Version 4 has it.</summary>
    private static string SignatureOf(Recorded request, string service)
    {
        var signed = request.Headers["Authorization"].Split("SignedHeaders=")[1].Split(',')[0];
        var canonical = string.Join(
            '\n',
            ["POST", "/", "", .. signed.Split(';').Select(name => $"{name}:{request.Headers[name].Trim()}"), "", signed, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(request.Body)))]);
        var date = request.Headers["X-Amz-Date"];
        var scope = $"{date[..8]}/us-east-1/{service}/aws4_request";
        var text = $"AWS4-HMAC-SHA256\n{date}\n{scope}\n{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(canonical)))}";
        var key = scope.Split('/').Aggregate(Encoding.UTF8.GetBytes("AWS4test"), (from, part) => HMACSHA256.HashData(from, Encoding.UTF8.GetBytes(part)));
        return Convert.ToHexStringLower(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(text)));
    }

    private TaskCompletionSource HoldBack(string operation)
    {
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _server.Hold = (operation, release.Task);
        return release;
    }
}
