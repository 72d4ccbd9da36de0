using System.Text;
using Flow.Orchestrator.Tests.Hosts;
using RabbitMQ.Client;

namespace Flow.Orchestrator.Tests.Payloads;

public sealed partial class Payloads_on_PostgreSQL_and_RabbitMQ
{
    /// <summary>The broker takes larger bodies than Flow sends.</summary>
    [Fact]
    public async Task Should_take_large_plain_JSON_as_far_as_the_broker_does()
    {
        await Host.RegisterAsync("foreign", Foreign);
        var runId = Guid.CreateVersion7();
        await PublishAsync(QueueNames.StartRun, new { runId, workflow = "foreign", input = new { text = Text(Moderate) } });
        await Eventually.HoldsAsync("the item", () => !ForeignItems.IsEmpty);
        var item = ForeignItems.Single();

        await PublishAsync(QueueNames.NodeSucceeded, new { item.RunId, item.ScopeId, item.Token, output = new { text = Text(Moderate) } });

        var run = await Host.EndedAsync(runId);
        run.Run.Status.ShouldBe(RunStatus.Succeeded, run.Cause);
        run.Output!.Value.GetProperty("text").GetString().ShouldBe(Text(Moderate));
        await ShouldHoldNothingAsync();
    }

    [Fact]
    public async Task Should_reject_plain_JSON_over_the_maximum_and_fail_such_a_result()
    {
        await Host.RegisterAsync("foreign", Foreign);
        await PublishAsync(QueueNames.StartRun, new { workflow = "foreign", input = new string('x', MaxPayloadBytes) });
        await Eventually.HoldsAsync("the rejection", () => !Rejections.IsEmpty);
        Rejections.Single().ShouldSatisfyAllConditions(
            r => r.Reason.ShouldBe("payload-too-large"),
            r => r.Message.ShouldContain($"{MaxPayloadBytes + 2} bytes"));

        var runId = await Host.StartRunAsync("foreign");
        await Eventually.HoldsAsync("the item", () => !ForeignItems.IsEmpty);
        var item = ForeignItems.Single();
        await PublishAsync(QueueNames.NodeSucceeded, new { item.RunId, item.ScopeId, item.Token, output = new string('x', MaxPayloadBytes) });

        (await Host.EndedAsync(runId)).Run.Error.ShouldBe("States.DataLimitExceeded");
        await ShouldHoldNothingAsync();
    }

    private async Task PublishAsync(string queue, object body)
    {
        var factory = new ConnectionFactory { Uri = new Uri(Place.Settings["ConnectionStrings:RabbitMq"]!) };
        await using var connection = await factory.CreateConnectionAsync();
        await using var channel = await connection.CreateChannelAsync(new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true));
        await channel.BasicPublishAsync(
            "",
            queue,
            mandatory: true,
            new BasicProperties { ContentType = "application/json", Persistent = true },
            Encoding.UTF8.GetBytes(JsonSerializer.Serialize(body, JsonSerializerOptions.Web)));
    }
}
