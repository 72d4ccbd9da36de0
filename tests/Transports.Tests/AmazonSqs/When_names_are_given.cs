using System.Text;
using Flow.Contracts;
using Flow.Transports.AmazonSqs;
using MassTransit;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Flow.Transports.Tests.AmazonSqs;

/// <summary>Names and addresses as systems on MassTransit.AmazonSQS have them.</summary>
public sealed class When_names_are_given
{
    private const string Envelope = "application/vnd.masstransit+json";

    private const string LongText = "0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789";

    private readonly AmazonSqsNames _names = new("test-");

    [Theory]
    [InlineData(typeof(StartRun), "Flow_Contracts-StartRun")]
    [InlineData(typeof(Fault<StartRun>), "MassTransit-Fault--Flow_Contracts-StartRun--")]
    [InlineData(typeof(Outer.Inner), "Flow_Transports_Tests_AmazonSqs-When_names_are_given_Outer_Inner")]
    public void Should_name_topics_by_namespace_and_type(Type message, string topic) => AmazonSqsNames.TopicFor(message).ShouldBe(topic);

    [Theory]
    [InlineData("flow-start-run", "test-flow-start-run")]
    [InlineData("flow-start-run_error", "test-flow-start-run_error")]
    [InlineData("flow-work-a.b_skipped", "test-flow-work-a-b-2becae59_skipped")]
    [InlineData(":theirs", "theirs")]
    [InlineData("orders.fifo", "test-orders.fifo")]
    [InlineData("orders.fifo_error", "test-orders_error.fifo")]
    [InlineData("flow-work-mails.fifo", "test-flow-work-mails.fifo")]
    [InlineData("flow-work-mails.fifo-critical", "test-flow-work-mails-critical.fifo")]
    [InlineData("flow-work-mails.fifo-low_skipped", "test-flow-work-mails-low_skipped.fifo")]
    [InlineData("flow-work-a.b.fifo", "test-flow-work-a-b-2becae59.fifo")]
    [InlineData(":theirs.fifo", "theirs.fifo")]
    public void Should_name_queues_as_SQS_takes_them(string queue, string wire) => _names.Queue(queue).ShouldBe(wire);

    [Theory]
    [InlineData("flow-start-run")]
    [InlineData("orders.fifo")]
    [InlineData("orders.fifo_error")]
    [InlineData("flow-work-mails.fifo-critical")]
    [InlineData("flow-work-mails.fifo-low_skipped")]
    public void Should_know_queues_by_their_names_on_the_wire(string queue) => _names.QueueOf(_names.Queue(queue)).ShouldBe(queue);

    [Theory]
    [InlineData("", "_skipped")]
    [InlineData(".fifo", "_skipped.fifo")]
    public void Should_keep_long_names_apart_and_cut_them_once(string ending, string wireEnding)
    {
        var one = "flow-work-" + new string('a', 75) + ending + "-critical";
        var two = "flow-work-" + new string('a', 75) + ending + "-low";

        var wire = _names.Queue(one + "_skipped");

        wire.Length.ShouldBeLessThanOrEqualTo(80);
        wire.ShouldEndWith(wireEnding);
        _names.Queue(one).ShouldNotBe(_names.Queue(two));
        _names.Queue(_names.QueueOf(_names.Queue(one))).ShouldBe(_names.Queue(one));
    }

    [Theory]
    [InlineData("db://flow/answers", "amazonsqs://eu-west-1/test-answers")]
    [InlineData("db://flow/bus?autodelete=300", "amazonsqs://eu-west-1/test-bus?durable=false&autodelete=true")]
    [InlineData("db://flow/Flow_Contracts-StartRun?type=topic", "amazonsqs://eu-west-1/test-Flow_Contracts-StartRun?type=topic")]
    [InlineData("db://flow/:theirs", "amazonsqs://eu-west-1/theirs")]
    public void Should_exchange_addresses_both_ways(string engine, string wire)
    {
        var addresses = new EnvelopeAddresses("eu-west-1", _names);

        addresses.ToWire(engine).ShouldBe(wire);
        addresses.FromWire(wire).ShouldBe(engine);
    }

    [Theory]
    [InlineData("amazonsqs://us-east-1/answers")]
    [InlineData("rabbitmq://broker/answers")]
    [InlineData("answers")]
    public void Should_leave_addresses_of_elsewhere_as_they_are(string address) => new EnvelopeAddresses("eu-west-1", _names).FromWire(address).ShouldBeNull();

    [Theory]
    [InlineData(
        """{"messageId":"1","responseAddress":"db://flow/a","message":{"responseAddress":"db://flow/b","list":[{"x":1}]},"sourceAddress":"db://flow/c?autodelete=300","faultAddress":null}""",
        """{"messageId":"1","responseAddress":"amazonsqs://eu-west-1/test-a","message":{"responseAddress":"db://flow/b","list":[{"x":1}]},"sourceAddress":"amazonsqs://eu-west-1/test-c?durable=false\u0026autodelete=true","faultAddress":null}""")]
    [InlineData("{ no JSON", "{ no JSON")]
    [InlineData("[]", "[]")]
    [InlineData("", "")]
    public void Should_exchange_the_addresses_of_the_envelope_and_none_of_the_message(string body, string expected) =>
        Encoding.UTF8.GetString(new EnvelopeAddresses("eu-west-1", _names).ToWire(Encoding.UTF8.GetBytes(body), Envelope)).ShouldBe(expected);

    [Fact]
    public void Should_leave_plain_json_as_it_is()
    {
        var body = """{"responseAddress":"db://flow/a"}"""u8.ToArray();

        new EnvelopeAddresses("eu-west-1", _names).ToWire(body, "application/json").ShouldBe(body);
    }

    [Theory]
    [InlineData("Flow:AmazonSqs:Region", "Frankfurt", "Flow:AmazonSqs:Region", "'Frankfurt'", "eu-central-1")]
    [InlineData("Flow:AmazonSqs:ServiceUrl", "localhost", "Flow:AmazonSqs:ServiceUrl", "'localhost'", "http")]
    [InlineData("Flow:AmazonSqs:SnsServiceUrl", "ftp://x", "Flow:AmazonSqs:SnsServiceUrl", "ftp://x", "http")]
    [InlineData("Flow:AmazonSqs:NamePrefix", "a.b", "Flow:AmazonSqs:NamePrefix", "'a.b'", "30")]
    [InlineData("Flow:AmazonSqs:Topology", "7", "Flow:AmazonSqs:Topology", "'7'", "Create, Verify")]
    [InlineData("Flow:AmazonSqs:VisibilityTimeoutSeconds", "0", "Flow:AmazonSqs:VisibilityTimeoutSeconds", "'0'", "43200")]
    [InlineData("Flow:AmazonSqs:VisibilityTimeoutSeconds", "43201", "Flow:AmazonSqs:VisibilityTimeoutSeconds", "'43201'", "43200")]
    [InlineData("Flow:AmazonSqs:RetentionDays", "15", "Flow:AmazonSqs:RetentionDays", "'15'", "14")]
    [InlineData("Flow:AmazonSqs:Tags:team", LongText, "Flow:AmazonSqs:Tags", "40")]
    [InlineData("Flow:AmazonSqs:SecretKey", "x", "Flow:AmazonSqs:SecretKey", "AWS_SECRET_ACCESS_KEY")]
    [InlineData("Flow:MaxMessageBytes", "1048576", "Flow:MaxMessageBytes", "'1048576'", "1047552", "Amazon SQS")]
    public void Should_stop_start_up_with_the_setting_its_value_and_the_right_ones(string key, string value, params string[] named)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(
            new Dictionary<string, string?> { ["Flow:Transport"] = "AmazonSqs", ["Flow:AmazonSqs:Region"] = "eu-central-1", [key] = value }).Build();

        var refusal = Should.Throw<InvalidOperationException>(() => new ServiceCollection().AddFlowBus(configuration, _ => { }));

        foreach (var text in named)
            refusal.Message.ShouldContain(text);
    }

    private static class Outer
    {
        public sealed record Inner;
    }
}
