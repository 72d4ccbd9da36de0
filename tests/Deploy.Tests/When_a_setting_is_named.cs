namespace Flow.Deploy.Tests;

public sealed class When_a_setting_is_named
{
    private static readonly IReadOnlyList<string> Sources = [.. Repository.Sources.Select(File.ReadAllText)];

    [Theory]
    [InlineData("docker-compose.yml")]
    [InlineData("k8s/settings.yaml")]
    [InlineData("k8s/orchestrator.yaml")]
    [InlineData("k8s/worker.yaml")]
    [InlineData("k8s/monitor.yaml")]
    [InlineData("k8s/migrate.yaml")]
    [InlineData("README.md")]
    [InlineData("docs/deploy.md")]
    public void Should_exist_in_the_product(string file)
    {
        var mentioned = Settings.Mentioned(Repository.Read(file)).ToList();

        mentioned.ShouldNotBeEmpty();
        mentioned.Where(key => !Settings.Exists(key, Sources)).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("Flow:Transport", true)]
    [InlineData("Flow:Transports", false)]
    [InlineData("Flow:Worker:Concurrency", true)]
    [InlineData("Flow:Worker:Queues:0", true)]
    [InlineData("Flow:Worker:Speed", false)]
    [InlineData("ConnectionStrings:Flow", true)]
    [InlineData("ConnectionStrings:Postgres", false)]
    public void Should_catch_one_that_does_not(string key, bool exists)
    {
        string[] sources =
        [
            "const string Key = \"Flow:Transport\"; configuration.GetConnectionString(\"Flow\")",
            "const string Section = \"Flow:Worker\"; public int Concurrency { get; set; } = 1; public string[] Queues { get; set; }",
            "public int Speed { get; set; }",
        ];

        Settings.Exists(key, sources).ShouldBe(exists);
    }

    [Fact]
    public void Should_be_recognised_in_both_spellings() =>
        Settings.Mentioned("Set `Flow:Transport: RabbitMq`, Flow__Worker__Queues__0=a, and ConnectionStrings__Flow: Host=x. Flow: the engine. {Flow:Worker:Exec:Commands:<name>}")
            .ShouldBe(["Flow:Transport", "Flow:Worker:Queues", "ConnectionStrings:Flow", "Flow:Worker:Exec:Commands"], ignoreOrder: true);
}
