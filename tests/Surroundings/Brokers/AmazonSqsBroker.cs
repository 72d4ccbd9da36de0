using Flow.Transports.AmazonSqs;
using Microsoft.Extensions.Configuration;

namespace Flow.Transports.Tests.Brokers;

/// <summary>Queues and topics of SQS and SNS with a prefix of their own.</summary>
public sealed class AmazonSqsBroker : TestBroker
{
    private readonly string _prefix = $"t{Guid.NewGuid():N}"[..10] + "-";
    private Uri _address = null!;
    private Relay _relay = null!;

    public override IReadOnlyDictionary<string, string?> Settings => SettingsFor(_address);

    public override IReadOnlyDictionary<string, string?> UnreachableSettings => SettingsFor(new Uri($"http://{UnreachableAddress}"));

    public override string UnreachableAddress => $"127.0.0.1:{_relay.Port}";

    internal string Prefix => _prefix;

    internal Uri Address => _address;

    public override string? WhyNot(Capability capability) => capability switch
    {
        Capability.Cancellation => "SQS can take a message out of a queue only by receiving it; Flow's own timers are in the database",
        Capability.Priority => "SQS has no priorities; work queues have a lane for each, which is a queue",
        Capability.Order => "standard queues of SQS keep no order; FIFO queues do, which have tests of their own",
        Capability.QueueDeletion => "a deleted queue of SQS takes messages for a minute yet and loses them, so Flow deletes none; it can be purged",
        _ => null,
    };

    public override async ValueTask StartAsync()
    {
        _address = await AmazonSqsEmulator.AddressAsync();
        _relay = new Relay(_address.Host, _address.Port);
    }

    public override ValueTask ConnectAsync()
    {
        _relay.Open();
        return ValueTask.CompletedTask;
    }

    public override async Task SendRawAsync(TestHost host, string queue, string body, string? contentType, string? messageId = null)
    {
        using var sqs = Read().CreateSqsClient();
        var attributes = new Dictionary<string, string>();
        if (contentType is not null)
            attributes["Content-Type"] = contentType;
        if (messageId is not null)
            attributes["message-id"] = messageId;
        var url = await sqs.GetQueueUrlAsync(_prefix + queue);
        (await sqs.SendAsync(url!, [new WireMessage(body, attributes)])).ShouldBe([null]);
    }

    public override ValueTask DisposeAsync()
    {
        _relay?.Dispose();
        return base.DisposeAsync();
    }

    internal AmazonSqsSettings Read(params (string Name, string Value)[] others) => AmazonSqsSettings.Read(
        new ConfigurationBuilder().AddInMemoryCollection(Settings).AddInMemoryCollection(others.Select(o => KeyValuePair.Create<string, string?>($"Flow:AmazonSqs:{o.Name}", o.Value))).Build());

    private Dictionary<string, string?> SettingsFor(Uri address) => new()
    {
        ["Flow:Transport"] = "AmazonSqs",
        ["Flow:AmazonSqs:Region"] = "us-east-1",
        ["Flow:AmazonSqs:ServiceUrl"] = address.ToString(),
        ["Flow:AmazonSqs:NamePrefix"] = _prefix,
        // What a killed process had comes again while the test waits for it.
        ["Flow:AmazonSqs:VisibilityTimeoutSeconds"] = "5",
    };
}
