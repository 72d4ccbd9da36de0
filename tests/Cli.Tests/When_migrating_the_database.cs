using Npgsql;

namespace Flow.Cli.Tests;

public sealed class When_migrating_the_database
{
    [Fact]
    public async Task Should_make_the_tables_and_repeat_without_harm()
    {
        using var directory = new TemporaryDirectory();
        var connection = $"Data Source={directory.File("flow.db")}";
        (await FlowCli.RunAsync("db", "migrate", "--connection", connection)).ExitCode.ShouldBe(0);
        var again = await FlowCli.RunAsync(["db", "migrate", "-o", "json"], environment: new Dictionary<string, string> { ["ConnectionStrings__Flow"] = connection });
        again.ExitCode.ShouldBe(0, again.Error);
        again.Json.GetProperty("migrated").GetArrayLength().ShouldBe(2);
    }

    [Fact]
    public async Task Should_make_the_tables_on_PostgreSQL()
    {
        var server = Environment.GetEnvironmentVariable("FLOW_TEST_POSTGRES");
        Assert.SkipWhen(string.IsNullOrEmpty(server), "set FLOW_TEST_POSTGRES or run ./test.sh");
        var database = $"flow_cli_{Guid.NewGuid():N}";
        await using var connection = new NpgsqlConnection($"{server};Database=postgres");
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        try
        {
            var outcome = await FlowCli.RunAsync("db", "migrate", "--connection", $"{server};Database={database}");
            outcome.ExitCode.ShouldBe(0, outcome.Error);
        }
        finally
        {
            await using var drop = new NpgsqlCommand($"DROP DATABASE IF EXISTS {database} WITH (FORCE)", connection);
            await drop.ExecuteNonQueryAsync(CancellationToken.None);
        }
    }

    [Fact]
    public async Task Should_exit_3_when_the_database_does_not_answer()
    {
        var outcome = await FlowCli.RunAsync("db", "migrate", "--connection", "Host=127.0.0.1;Port=1;Database=flow;Username=flow;Password=secret", "--timeout", "3s");
        outcome.ExitCode.ShouldBe(3, outcome.Error);
        outcome.Error.ShouldNotContain("secret");
    }

    [Fact]
    public async Task Should_say_what_a_connection_looks_like()
    {
        var outcome = await FlowCli.RunAsync("db", "migrate", "--connection", "nonsense");
        outcome.ExitCode.ShouldBe(1);
        outcome.Error.ShouldContain("Host=");
    }
}
