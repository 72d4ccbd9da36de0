using System.Net.Mime;
using System.Text;
using MassTransit;
using MassTransit.Serialization;

namespace Flow.Transports.Tests.Brokers;

public sealed class InMemoryBroker : TestBroker
{
    public override IReadOnlyDictionary<string, string?> Settings { get; } = new Dictionary<string, string?> { ["Flow:Transport"] = "InMemory" };

    public override string? WhyNot(Capability capability) => capability switch
    {
        Capability.SeveralBuses => "an in-memory bus is seen by its own process's one bus only",
        Capability.SeveralProcesses => "memory is one process's",
        Capability.Durability => "memory ends with the process",
        Capability.Cancellation => "MassTransit's in-memory scheduler cannot take a message back",
        Capability.Leases => "a message in memory is handled where it is; there is no lease",
        Capability.Priority => "MassTransit's in-memory transport has no priorities",
        Capability.QueueBeforeConsumer => "MassTransit's in-memory transport keeps nothing before there is a consumer",
        Capability.MessagesWithoutId => "MassTransit's in-memory transport gives every message an id",
        Capability.Outage => "there is no broker that could be down",
        Capability.QueueDeletion => "MassTransit's in-memory transport deletes no queue",
        _ => null,
    };

    public override async Task SendRawAsync(TestHost host, string queue, string body, string? contentType, string? messageId = null)
    {
        var endpoint = await host.Bus.GetSendEndpoint(new Uri($"queue:{queue}"));
        await endpoint.Send(new Nothing(), context =>
        {
            context.Serializer = new FixedBody(body);
            // Upstream sends nothing without a type; one that nobody reads stands for none.
            context.ContentType = new ContentType(contentType ?? "application/octet-stream");
            context.MessageId = Guid.TryParse(messageId, out var id) ? id : null;
            if (messageId is not null && context.MessageId is null)
                context.Headers.Set(MessageHeaders.MessageId, messageId);
        });
    }

    private sealed class FixedBody(string body) : IMessageSerializer
    {
        public ContentType ContentType { get; } = new("application/json");

        public MessageBody GetMessageBody<T>(SendContext<T> context)
            where T : class => new BytesMessageBody(Encoding.UTF8.GetBytes(body));
    }
}
