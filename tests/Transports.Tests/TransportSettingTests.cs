using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Flow.Transports.Tests;

// capabilities 69, 157
public sealed class TransportSettingTests
{
    [Theory]
    [InlineData("InMemory", null, FlowTransport.InMemory)]
    [InlineData("sqlite", "Data Source=flow.db", FlowTransport.Sqlite)]
    [InlineData("RABBITMQ", null, FlowTransport.RabbitMq)]
    [InlineData("AmazonSqs", null, FlowTransport.AmazonSqs)]
    [InlineData(null, "Data Source=flow.db", FlowTransport.Sqlite)]
    [InlineData(null, "datasource=flow.db;Pooling=true", FlowTransport.Sqlite)]
    [InlineData(null, "Host=db;Database=flow", FlowTransport.RabbitMq)]
    [InlineData(null, null, FlowTransport.RabbitMq)]
    [InlineData("", null, FlowTransport.RabbitMq)]
    public void Should_choose_the_transport(string? transport, string? connectionString, FlowTransport expected) =>
        FlowTransportSetting.Read(Settings(("Flow:Transport", transport), ("ConnectionStrings:Flow", connectionString))).ShouldBe(expected);

    [Theory]
    [InlineData("Flow:Transport", "Kafka", "Flow:Transport", "'Kafka'", "InMemory, Sqlite, RabbitMq")]
    [InlineData("Flow:Transport", "1", "Flow:Transport", "'1'", "InMemory, Sqlite, RabbitMq")]
    [InlineData("Flow:Transport", "Postgres", "Flow:Transport", "not available yet", "InMemory, Sqlite, RabbitMq")]
    [InlineData("Flow:Transport", "Sqlite", "ConnectionStrings:Flow", "missing", "Data Source=flow.db")]
    [InlineData("Flow:MaxMessageBytes", "much", "Flow:MaxMessageBytes", "'much'", "1048576")]
    [InlineData("Flow:MaxMessageBytes", "12", "Flow:MaxMessageBytes", "'12'", "1024")]
    [InlineData("Flow:RabbitMq:Port", "0", "Flow:RabbitMq:Port", "'0'", "65535")]
    [InlineData("Flow:RabbitMq:Port", "many", "Flow:RabbitMq:Port", "many", "Int32")]
    [InlineData("Flow:RabbitMq:Host", "amqp://broker:5672", "Flow:RabbitMq:Host", "'amqp://broker:5672'", "host name")]
    [InlineData("Flow:RabbitMq:VirtualHost", " ", "Flow:RabbitMq:VirtualHost", "empty", "'/'")]
    [InlineData("ConnectionStrings:RabbitMq", "http://broker", "ConnectionStrings:RabbitMq", "amqp URI", "amqp://user:password@host:5672")]
    public void Should_stop_start_up_with_the_setting_its_value_and_the_right_ones(string key, string value, params string[] named)
    {
        var refusal = Should.Throw<InvalidOperationException>(() => new ServiceCollection().AddFlowBus(Settings((key, value)), _ => { }));

        foreach (var text in named)
            refusal.Message.ShouldContain(text);
    }

    [Theory]
    [InlineData("Host=db")]
    [InlineData("Data Source=:memory:")]
    [InlineData("Data Source=flow;Mode=Memory")]
    public void Should_demand_a_file_for_sqlite(string connectionString) =>
        Should.Throw<InvalidOperationException>(() => new ServiceCollection().AddFlowBus(
            Settings(("Flow:Transport", "Sqlite"), ("ConnectionStrings:Flow", connectionString)), _ => { })).Message.ShouldContain("Data Source=flow.db");

    [Theory]
    [InlineData("amqp://a%40b:p%2Fw@broker:5699/flow%2Fone", "broker", 5699, "flow/one", "a@b", "p/w", false)]
    [InlineData("amqp://broker", "broker", 5672, "/", "guest", "guest", false)]
    [InlineData("amqps://u:p@broker/", "broker", 5671, "/", "u", "p", true)]
    public void Should_read_an_amqp_uri(string uri, string host, int port, string virtualHost, string username, string password, bool tls)
    {
        var settings = RabbitMqSettings.Read(Settings(("ConnectionStrings:RabbitMq", uri), ("Flow:RabbitMq:Host", "ignored")));

        (settings.Host, settings.EffectivePort, settings.VirtualHost, settings.Username, settings.Password, settings.UseTls)
            .ShouldBe((host, port, virtualHost, username, password, tls));
    }

    [Fact]
    public void Should_read_the_section()
    {
        var settings = RabbitMqSettings.Read(Settings(("Flow:RabbitMq:Host", "broker"), ("Flow:RabbitMq:Port", "5699"), ("Flow:RabbitMq:UseTls", "true")));

        (settings.Host, settings.EffectivePort, settings.VirtualHost, settings.UseTls).ShouldBe(("broker", 5699, "/", true));
    }

    private static IConfiguration Settings(params (string Key, string? Value)[] values) =>
        new ConfigurationBuilder().AddInMemoryCollection(values.ToDictionary(v => v.Key, v => v.Value)).Build();
}
