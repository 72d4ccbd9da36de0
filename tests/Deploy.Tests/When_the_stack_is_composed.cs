using YamlDotNet.RepresentationModel;

namespace Flow.Deploy.Tests;

// capability 155
public sealed class When_the_stack_is_composed
{
    [Theory]
    [InlineData("docker-compose.yml")]
    [InlineData("tests/servers/docker-compose.yml")]
    public async Task Should_be_a_file_that_compose_takes(string file) =>
        (await Tool.RunAsync("docker-compose", "--file", file, "config", "--quiet")).ShouldBeGood();

    [Fact]
    public async Task Should_let_compose_refuse_a_wrong_file()
    {
        var text = Repository.Read("docker-compose.yml").Replace("depends_on:", "depend_on:", StringComparison.Ordinal);

        var verdict = await Tool.RunAsync("docker-compose", text, ["--file", "-", "config", "--quiet"]);

        verdict.ExitCode.ShouldNotBe(0);
        verdict.Errors.ShouldContain("depend_on");
    }

    [Fact]
    public async Task Should_be_tidy_as_all_yaml_here_is() => (await Tool.RunAsync("yamllint", "--strict", "--config-file", ".yamllint.yml", ".")).ShouldBeGood();

    [Fact]
    public void Should_start_servers_first_the_migration_then_and_the_services_last()
    {
        var services = Services();

        services.Keys.ShouldBe(["postgres", "rabbitmq", "migrate", "orchestrator", "worker", "monitor"], ignoreOrder: true);
        Condition("migrate", "postgres").ShouldBe("service_healthy");
        foreach (var service in new[] { "orchestrator", "worker", "monitor" })
        {
            Condition(service, "rabbitmq").ShouldBe("service_healthy");
            Condition(service, "migrate").ShouldBe("service_completed_successfully");
        }

        string Condition(string service, string dependency) => Manifest.Text(services[service], "depends_on", dependency, "condition");
    }

    [Fact]
    public void Should_pin_every_image()
    {
        foreach (var (name, service) in Services())
            Manifest.Text(service, "image").ShouldMatch(@":\d+\.\d+", name);
    }

    [Fact]
    public void Should_open_ports_to_this_machine_only()
    {
        var ports = Services().Values.SelectMany(service => Manifest.Find(service, "ports") is YamlSequenceNode list ? list.Select(port => port.ToString()) : []).ToList();

        ports.ShouldNotBeEmpty();
        ports.ShouldAllBe(port => port.StartsWith("127.0.0.1:", StringComparison.Ordinal));
    }

    [Fact]
    public void Should_take_every_password_from_the_environment()
    {
        var passwords = Repository.Read("docker-compose.yml").Split('\n').Where(line => line.Contains("PASS", StringComparison.OrdinalIgnoreCase) && !line.TrimStart().StartsWith('#')).ToList();

        passwords.ShouldNotBeEmpty();
        passwords.ShouldAllBe(line => line.Contains("${FLOW_POSTGRES_PASSWORD:-", StringComparison.Ordinal) || line.Contains("${FLOW_RABBITMQ_PASSWORD:-", StringComparison.Ordinal));
    }

    private static Dictionary<string, YamlNode> Services()
    {
        var stack = Manifest.Parse(Repository.Read("docker-compose.yml")).Single();
        return Manifest.Children(Manifest.Find(stack, "services")!);
    }
}
