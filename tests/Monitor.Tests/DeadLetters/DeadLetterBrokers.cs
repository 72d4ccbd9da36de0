namespace Flow.Monitor.Tests.DeadLetters;

public sealed class SqliteDeadLetterTests : DeadLetterTests
{
    protected override Task<(string Database, string? Broker)> CreateAsync() => Task.FromResult((Servers.Sqlite(), (string?)null));

    protected override Task DropAsync() => Task.CompletedTask;

    protected override async Task ExhaustAsync(string queue)
    {
        await using var connection = new Microsoft.Data.Sqlite.SqliteConnection(Database);
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = "UPDATE queue_messages SET delivery_count = 20 WHERE queue_id = (SELECT id FROM queue_queues WHERE name = $queue)";
        command.Parameters.AddWithValue("$queue", queue);
        await MonitorApp.UntilAsync(() => command.ExecuteNonQueryAsync(), count => count == 1);
    }
}

public sealed class RabbitMqDeadLetterTests : DeadLetterTests
{
    protected override async Task<(string Database, string? Broker)> CreateAsync() => (await Servers.PostgresAsync(), await Servers.RabbitMqAsync());

    protected override async Task DropAsync()
    {
        await Servers.DropRabbitMqAsync(Broker!);
        await Servers.DropAsync(Database);
    }

    protected override async Task ExhaustAsync(string queue)
    {
        await using var connection = await new RabbitMQ.Client.ConnectionFactory { Uri = new Uri(Broker!) }.CreateConnectionAsync();
        await using var channel = await connection.CreateChannelAsync();
        var deliveries = 0;
        await MonitorApp.UntilAsync(
            async () =>
            {
                if (await channel.BasicGetAsync(queue, autoAck: false) is { } got)
                {
                    deliveries++;
                    await channel.BasicNackAsync(got.DeliveryTag, multiple: false, requeue: true);
                }

                return deliveries;
            },
            count => count > 20);
    }
}
