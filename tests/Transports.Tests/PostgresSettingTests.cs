using Flow.Transports.Queues;
using Flow.Transports.Tests.Brokers;

namespace Flow.Transports.Tests;

// capability 157
public sealed class PostgresSettingTests
{
    [Theory]
    [InlineData("Host=own;Port=5", "Host=flow", "own:5")]
    [InlineData(null, "Host=flow;Database=d", "flow:5432, database 'd'")]
    [InlineData(" ", "Server=flow", "flow:5432")]
    [InlineData("Host=one,two:6;Database=d", "Data Source=flow.db", "one:5432, two:6, database 'd'")]
    public void Should_take_the_queues_own_connection_string_before_that_of_flow(string? queue, string? flow, string place) =>
        PostgresBroker.Read(Settings(queue, flow)).Place.ShouldContain(place);

    [Theory]
    [InlineData(null, null, "neither ConnectionStrings:Queue nor ConnectionStrings:Flow")]
    [InlineData(null, "Data Source=flow.db", "ConnectionStrings:Flow is not a PostgreSQL connection string")]
    [InlineData("Password=secret;Database=d", "Host=flow", "ConnectionStrings:Queue is not a PostgreSQL connection string")]
    [InlineData("Host=h;Port=secret", null, "ConnectionStrings:Queue is not a PostgreSQL connection string")]
    public void Should_name_the_setting_that_is_missing_or_wrong_and_no_secret(string? queue, string? flow, string named)
    {
        var refusal = Should.Throw<InvalidOperationException>(() => PostgresBroker.Read(Settings(queue, flow)));

        refusal.Message.ShouldContain(named);
        refusal.Message.ShouldContain("Host=…;Database=…;Username=…;Password=…");
        refusal.Message.ShouldNotContain("secret");
        refusal.InnerException.ShouldBeNull();
    }

    [Theory]
    [InlineData("Queues")]
    [InlineData("public")]
    [InlineData("pg_queue")]
    [InlineData("1queue")]
    [InlineData("a-b")]
    [InlineData("a\"; DROP SCHEMA x")]
    [InlineData("a234567890123456789012345678901234567890123456789")]
    public void Should_refuse_a_schema_that_is_no_plain_name_of_its_own(string schema) =>
        Should.Throw<InvalidOperationException>(() => PostgresBroker.Read(new Dictionary<string, string?>(Settings("Host=h", null)) { ["Flow:Postgres:Schema"] = schema }))
            .Message.ShouldStartWith($"Flow:Postgres:Schema is '{schema}'");

    private static Dictionary<string, string?> Settings(string? queue, string? flow) => new() { ["ConnectionStrings:Queue"] = queue, ["ConnectionStrings:Flow"] = flow };
}

/// <summary>The tables, and who may make and use them.</summary>
public sealed class PostgresSchemaTests : IAsyncLifetime
{
    private readonly PostgresBroker _broker = new();
    private readonly string _role = $"flow_role_{Guid.NewGuid():N}"[..24];

    private string AsRole => $"{_broker.ConnectionString};Username={_role}";

    public async ValueTask InitializeAsync()
    {
        await _broker.StartAsync();
        await _broker.ExecuteAsync($"CREATE ROLE {_role} LOGIN");
    }

    public async ValueTask DisposeAsync()
    {
        if (_broker.HasStarted)
            await _broker.ExecuteAsync($"DROP OWNED BY {_role}; DROP ROLE {_role}");
        await _broker.DisposeAsync();
    }

    [Fact]
    public async Task Should_create_the_tables_once_when_eight_start_at_once()
    {
        var uses = Enumerable.Range(0, 8).Select(number => _broker.Open(Settings($"{_broker.ConnectionString};Application Name=process{number}"))).ToList();
        try
        {
            var ids = await Task.WhenAll(uses.Select(use => use.Provider.CreateQueueAsync(new QueueSpec("q", null, 20))));
            ids.Distinct().ShouldHaveSingleItem();
        }
        finally
        {
            foreach (var use in uses)
                await use.DisposeAsync();
        }
    }

    // capability 86
    [Fact]
    public async Task Should_need_no_right_to_create_once_the_tables_are_there()
    {
        var unmade = await Should.ThrowAsync<InvalidOperationException>(() => TestHost.StartAsync(Settings(AsRole)));
        unmade.Message.ShouldContain("may CREATE");
        unmade.Message.ShouldContain(_role);

        await (await TestHost.StartAsync(_broker.Settings)).DisposeAsync();
        var ungranted = await Should.ThrowAsync<InvalidOperationException>(() => TestHost.StartAsync(Settings(AsRole)));
        ungranted.Message.ShouldContain("GRANT USAGE ON SCHEMA flow_queue");

        await _broker.ExecuteAsync($"GRANT USAGE ON SCHEMA flow_queue TO {_role}; GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA flow_queue TO {_role}");
        await using var host = await TestHost.StartAsync(Settings(AsRole));
        var handled = new TaskCompletionSource();
        await host.ServeAsync<Numbered>("granted", _ => Task.Run(handled.SetResult));
        await host.SendAsync("granted", new Numbered(1));
        await handled.Task.WaitAsync(Patience.Limit, TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Should_keep_the_queues_of_two_schemas_apart()
    {
        await using var one = _broker.Open(new Dictionary<string, string?>(_broker.Settings) { ["Flow:Postgres:Schema"] = "select" });
        await using var two = _broker.Open();
        foreach (var use in new[] { one, two })
            await use.Provider.CreateQueueAsync(new QueueSpec("q", null, 20));
        await one.Provider.SendAsync("q", new OutboundMessage { TransportId = Guid.NewGuid(), Body = [1] });

        (await two.Provider.ReceiveAsync("q", Guid.NewGuid(), 1, TimeSpan.FromMinutes(1))).ShouldBeEmpty();
        (await one.Provider.ReceiveAsync("q", Guid.NewGuid(), 1, TimeSpan.FromMinutes(1))).ShouldHaveSingleItem();
    }

    [Theory]
    [InlineData("Database=nowhere", "database 'nowhere', does not exist")]
    [InlineData("Username=nobody", "refuses the user 'nobody'")]
    public async Task Should_stop_start_up_when_the_server_does_not_let_it_in(string wrong, string named)
    {
        var refusal = await Should.ThrowAsync<InvalidOperationException>(() => TestHost.StartAsync(Settings($"{_broker.ConnectionString};{wrong}")));

        refusal.Message.ShouldContain(named);
        refusal.Message.ShouldContain("ConnectionStrings:Queue");
        refusal.Message.ShouldNotContain("secret");
    }

    private static Dictionary<string, string?> Settings(string connectionString) => new() { ["Flow:Transport"] = "Postgres", ["ConnectionStrings:Queue"] = connectionString };
}
