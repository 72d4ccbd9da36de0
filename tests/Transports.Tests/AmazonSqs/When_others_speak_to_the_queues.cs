using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;
using Flow.Contracts;
using Flow.Transports.AmazonSqs;
using Flow.Transports.Tests.Brokers;
using MassTransit;

namespace Flow.Transports.Tests.AmazonSqs;

/// <summary>Programs on AWS's own client for JavaScript: plain JSON in and events out, and envelopes as MassTransit.AmazonSQS writes them. Capability 67.</summary>
public sealed class When_others_speak_to_the_queues : IAsyncLifetime
{
    private const string StartOrders = """{"workflow":"orders","input":{"id":7}}""";

    private readonly AmazonSqsBroker _broker = new();
    private TestHost _host = null!;

    public async ValueTask InitializeAsync()
    {
        await _broker.StartAsync();
        _host = await TestHost.StartAsync(_broker.Settings);
    }

    public async ValueTask DisposeAsync()
    {
        if (_host is not null)
            await _host.DisposeAsync();
        await _broker.DisposeAsync();
    }

    [Fact]
    public async Task Should_take_plain_json_from_the_queue_and_from_the_topic()
    {
        var started = new ConcurrentQueue<StartRun>();
        await ServeStartRunAsync(started);

        await RunAsync("send", QueueNames.StartRun, StartOrders);
        await RunAsync("publish", "Flow_Contracts-StartRun", StartOrders);

        await Until.TrueAsync(() => started.Count == 2);
        started.ShouldAllBe(run => run.Workflow == "orders" && run.Input.GetProperty("id").GetInt32() == 7);
    }

    [Fact]
    public async Task Should_take_what_a_subscription_of_theirs_wraps()
    {
        var started = new ConcurrentQueue<StartRun>();
        using var sqs = _broker.Read().CreateSqsClient();
        using var sns = _broker.Read().CreateSnsClient();
        await SubscribeWrappedAsync(sqs, sns, QueueNames.StartRun, "Theirs");
        await ServeStartRunAsync(started);

        await RunAsync("publish", "Theirs", StartOrders);

        await Until.TrueAsync(() => !started.IsEmpty);
        started.ShouldHaveSingleItem().Workflow.ShouldBe("orders");
    }

    [Fact]
    public async Task Should_take_envelopes_that_a_subscription_of_theirs_wraps()
    {
        var announced = new ConcurrentQueue<int>();
        using var sqs = _broker.Read().CreateSqsClient();
        using var sns = _broker.Read().CreateSnsClient();
        await SubscribeWrappedAsync(sqs, sns, "announced", "Flow_Transports_Tests-Announced");
        await _host.ServeAsync<Announced>("announced", context =>
        {
            announced.Enqueue(context.Message.Number);
            return Task.CompletedTask;
        });

        await _host.Bus.Publish(new Announced(7), TestContext.Current.CancellationToken);

        await Until.TrueAsync(() => !announced.IsEmpty);
        announced.ShouldBe([7]);
    }

    [Theory]
    [InlineData("raw")]
    [InlineData("wrapped")]
    public async Task Should_publish_events_that_they_can_read(string delivery)
    {
        using var client = Start("hear", "Flow_Contracts-RunStarted", delivery);
        (await ReadLineAsync(client)).ShouldBe("ready");
        var runId = Guid.NewGuid();

        await _host.Bus.Publish(new RunStarted { RunId = runId, Workflow = "orders", Version = 1, Timestamp = DateTimeOffset.UnixEpoch }, TestContext.Current.CancellationToken);

        var envelope = JsonSerializer.Deserialize<JsonElement>(await ReadLineAsync(client));
        envelope.GetProperty("message").GetProperty("runId").GetGuid().ShouldBe(runId);
        envelope.GetProperty("messageType")[0].GetString().ShouldBe("urn:message:Flow.Contracts:RunStarted");
        envelope.GetProperty("sourceAddress").GetString().ShouldStartWith($"amazonsqs://us-east-1/{_broker.Prefix}");
    }

    [Theory]
    [InlineData("")]
    [InlineData(".fifo")]
    public async Task Should_answer_a_request_to_a_queue_that_is_not_ours(string kind)
    {
        await _host.ServeAsync<Question>("questions", context => context.RespondAsync(new Answer(context.Message.Text + "!")));

        var answer = JsonSerializer.Deserialize<JsonElement>(await RunAsync("answer", "questions", kind));

        answer.GetProperty("message").GetProperty("text").GetString().ShouldBe("Ready!");
        answer.GetProperty("requestId").GetBoolean().ShouldBeTrue();
        answer.GetProperty("destinationAddress").GetString().ShouldStartWith("amazonsqs://us-east-1/foreign-");
        new Uri(answer.GetProperty("destinationAddress").GetString()!).AbsolutePath.ShouldEndWith(kind);
        answer.GetProperty("sourceAddress").GetString().ShouldBe($"amazonsqs://us-east-1/{_broker.Prefix}questions");
        answer.GetProperty("attributes").EnumerateArray().Select(a => a.GetString()).ShouldContain("Content-Type");
    }

    private Task ServeStartRunAsync(ConcurrentQueue<StartRun> started) => _host.ServeAsync<StartRun>(
        QueueNames.StartRun,
        context =>
        {
            started.Enqueue(context.Message);
            return Task.CompletedTask;
        },
        e => e.AcceptPlainJson<StartRun>());

    /// <summary>A queue with a subscription that is not raw, made before Flow comes.</summary>
    private async Task SubscribeWrappedAsync(SqsClient sqs, SnsClient sns, string queue, string topic)
    {
        var none = new Dictionary<string, string>();
        var url = await sqs.CreateQueueAsync(_broker.Prefix + queue, none, none);
        var arn = (await sqs.GetAttributesAsync(url, ["QueueArn"]))["QueueArn"];
        await sns.SubscribeAsync(await sns.CreateTopicAsync(_broker.Prefix + topic, none), arn, isRaw: false);
    }

    private Process Start(params string[] arguments)
    {
        Assert.SkipUnless(Directory.Exists(Path.Combine(AmazonSqsEmulator.Packages, "@aws-sdk", "client-sqs")), "run npm ci in tests/tools, or ./test.sh");
        return Process.Start(new ProcessStartInfo("node", ["--no-warnings", Path.Combine(Checkout.Root, "tests", "tools", "aws-client.mjs"), _broker.Address.ToString(), _broker.Prefix, .. arguments])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
        })!;
    }

    private async Task<string> RunAsync(params string[] arguments)
    {
        using var client = Start(arguments);
        var output = await client.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await client.WaitForExitAsync(TestContext.Current.CancellationToken);
        client.ExitCode.ShouldBe(0);
        return output;
    }

    private static async Task<string> ReadLineAsync(Process client) =>
        await client.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(Patience.Limit, TestContext.Current.CancellationToken) ?? string.Empty;
}
