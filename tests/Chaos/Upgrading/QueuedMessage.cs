using System.Text;
using System.Text.Json;
using RabbitMQ.Client;

namespace Flow.Chaos.Tests;

/// <summary>A message in a queue of Flow, as far as it is Flow's: headers that MassTransit repeats in the envelope are left out.</summary>
internal sealed record QueuedMessage(string Queue, string? ContentType, string? MessageId, JsonElement Body)
{
    /// <summary>Takes all messages out of these queues.</summary>
    public static async Task<List<QueuedMessage>> TakeAsync(Uri broker, IEnumerable<string> queues)
    {
        await using var connection = await new ConnectionFactory { Uri = broker }.CreateConnectionAsync();
        await using var channel = await connection.CreateChannelAsync();
        var messages = new List<QueuedMessage>();
        foreach (var queue in queues)
        {
            while (await channel.BasicGetAsync(queue, autoAck: true) is { } got)
                messages.Add(new QueuedMessage(queue, got.BasicProperties.ContentType, got.BasicProperties.MessageId, JsonElement.Parse(got.Body.Span)));
        }

        return messages;
    }

    public static async Task SendAsync(Uri broker, IEnumerable<QueuedMessage> messages)
    {
        await using var connection = await new ConnectionFactory { Uri = broker }.CreateConnectionAsync();
        await using var channel = await connection.CreateChannelAsync(
            new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true));
        foreach (var message in messages)
        {
            var properties = new BasicProperties { ContentType = message.ContentType, MessageId = message.MessageId, DeliveryMode = DeliveryModes.Persistent };
            await channel.BasicPublishAsync("", message.Queue, mandatory: true, properties, Encoding.UTF8.GetBytes(message.Body.GetRawText()));
        }
    }
}
