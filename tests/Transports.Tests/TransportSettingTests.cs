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
    [InlineData("Flow:Transport", "Postgres", "ConnectionStrings:Queue", "ConnectionStrings:Flow", "Host=")]
    [InlineData("Flow:Transport", "Sqlite", "ConnectionStrings:Flow", "missing", "Data Source=flow.db")]
    [InlineData("Flow:MaxMessageBytes", "much", "Flow:MaxMessageBytes", "'much'", "1048576")]
    [InlineData("Flow:MaxMessageBytes", "12", "Flow:MaxMessageBytes", "'12'", "1024")]
    [InlineData("Flow:RabbitMq:Port", "0", "Flow:RabbitMq:Port", "'0'", "65535")]
    [InlineData("Flow:RabbitMq:Port", "many", "Flow:RabbitMq:Port", "'many'", "65535")]
    [InlineData("Flow:RabbitMq:Topology", "Guess", "Flow:RabbitMq:Topology", "'Guess'", "Create, Verify")]
    [InlineData("Flow:RabbitMq:UseTls", "maybe", "Flow:RabbitMq:UseTls", "'maybe'", "true or false")]
    [InlineData("Flow:RabbitMq:ManagementUrl", "rabbitmq:15672", "Flow:RabbitMq:ManagementUrl", "'rabbitmq:15672'", "http://user:password@rabbitmq:15672")]
    [InlineData("Flow:RabbitMq:TlsCaFile", "ca.pem", "Flow:RabbitMq:TlsCaFile", "without TLS", "amqps://")]
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
    public void Should_name_all_wrong_settings_at_once()
    {
        var message = Should.Throw<InvalidOperationException>(() => RabbitMqSettings.Read(Settings(
            ("ConnectionStrings:RabbitMq", "amqps://broker"),
            ("Flow:RabbitMq:Topology", "Guess"),
            ("Flow:RabbitMq:Port", "many")))).Message;

        foreach (var text in new[] { "Flow:RabbitMq:Topology is 'Guess'", "Flow:RabbitMq:Port is 'many'" })
            message.ShouldContain(text);
    }

    [Theory]
    [InlineData("/no/such/file.pem")]
    [InlineData("/etc/hostname")]
    public void Should_name_a_file_of_certificates_that_cannot_be_used(string file)
    {
        var message = Should.Throw<InvalidOperationException>(() => RabbitMqSettings.Read(Settings(
            ("ConnectionStrings:RabbitMq", "amqps://broker"), ("Flow:RabbitMq:TlsCaFile", file), ("Flow:RabbitMq:TlsCertificateFile", file)))).Message;

        message.ShouldContain($"Flow:RabbitMq:TlsCaFile is '{file}'");
        message.ShouldContain($"Flow:RabbitMq:TlsCertificateFile is '{file}'");
    }

    [Fact]
    public void Should_take_from_the_section_what_a_uri_does_not_say()
    {
        var settings = RabbitMqSettings.Read(Settings(("ConnectionStrings:RabbitMq", "amqp://broker"), ("Flow:RabbitMq:Topology", "verify"), ("Flow:RabbitMq:ManagementUrl", "http://broker:8080")));

        (settings.Topology, settings.ManagementUrl).ShouldBe((RabbitMqTopologyMode.Verify, new Uri("http://broker:8080")));
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
