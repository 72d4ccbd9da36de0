namespace Flow.Tests;

/// <summary>A PostgreSQL and a RabbitMQ.</summary>
/// <param name="Postgres">Connection string without a database.</param>
/// <param name="RabbitMq">amqp URI without a virtual host.</param>
/// <param name="Management">http URI of its API, with user and password.</param>
internal sealed record Servers(string Postgres, Uri RabbitMq, Uri Management)
{
    /// <summary>The ones that FLOW_TEST_POSTGRES, FLOW_TEST_RABBITMQ and FLOW_TEST_RABBITMQ_MANAGEMENT name; ./test.sh starts them.</summary>
    public static Servers FromEnvironment()
    {
        var postgres = Environment.GetEnvironmentVariable("FLOW_TEST_POSTGRES");
        var rabbitMq = Environment.GetEnvironmentVariable("FLOW_TEST_RABBITMQ");
        var management = Environment.GetEnvironmentVariable("FLOW_TEST_RABBITMQ_MANAGEMENT");
        Assert.SkipWhen(
            postgres is null || rabbitMq is null || management is null,
            "set FLOW_TEST_POSTGRES, FLOW_TEST_RABBITMQ and FLOW_TEST_RABBITMQ_MANAGEMENT, or run ./test.sh");
        return new Servers(postgres!, new Uri(rabbitMq!), new Uri(management!));
    }
}
