using System.Text;
using Flow.Transports.Checks;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace Flow.Transports.RabbitMq;

/// <summary>Whether RabbitMQ can be reached and lets us do what Flow does; the rest over the management API (<see cref="ManagementChecks"/>).</summary>
internal sealed class RabbitMqChecks(RabbitMqSettings settings, TimeSpan longestDelivery) : ITransportChecks
{
    /// <summary>What the queues are called, by their first letters, in which permissions are tried.</summary>
    public const string TrialQueues = "flow-doctor-";

    private const string Broker = "broker";

    // Moving to an error queue at least once came with it.
    private static readonly Version Oldest = new(3, 10);

    public async Task<IReadOnlyList<CheckResult>> RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            await using var connection = await settings.ConnectAsync("flow doctor", cancellationToken);
            // The client takes a connection for open before the broker has looked at the virtual host.
            await using (await connection.CreateChannelAsync(cancellationToken: cancellationToken))
            {
            }

            return [Reached(connection), .. await TryPermissionsAsync(connection, cancellationToken), .. await new ManagementChecks(settings, longestDelivery).RunAsync(cancellationToken)];
        }
        catch (Exception exception) when (settings.Refusal(exception) is { } refusal)
        {
            return [new(Broker, CheckStatus.Problem, refusal) { Reached = true }, NotConnected];
        }
        catch (Exception exception) when (exception is BrokerUnreachableException or OperationInterruptedException or AlreadyClosedException or IOException or TimeoutException)
        {
            return
            [
                new(Broker, CheckStatus.Problem, settings.Unreachable(exception), "Check that it runs, and what ConnectionStrings:RabbitMq or Flow:RabbitMq name.") { Reached = false },
                NotConnected,
            ];
        }
    }

    private static CheckResult NotConnected => new("broker, the rest", CheckStatus.Unchecked, "Permissions, alarms and policies could not be checked without a connection.");

    private CheckResult Reached(IConnection connection)
    {
        var version = connection.ServerProperties?.TryGetValue("version", out var value) == true && value is byte[] text ? Encoding.UTF8.GetString(text) : "of an unknown version";
        var finding = $"RabbitMQ {version} at {settings.Host}:{settings.EffectivePort}{(settings.UseTls ? " over TLS" : "")} admits the user '{settings.Username}' to the virtual host '{settings.VirtualHost}'.";
        return Version.TryParse(version.Split('-', '+')[0], out var number) && number < Oldest
            ? new(Broker, CheckStatus.Problem, finding, $"Flow needs RabbitMQ {Oldest} or later: quorum queues that move messages to error queues at least once.") { Reached = true }
            : new(Broker, CheckStatus.Ok, finding) { Reached = true };
    }

    /// <summary>By trying, under names like those that Flow uses. The broker closes the channel of who is refused; the queue ends with the connection, and the exchange with the queue that was bound to it.</summary>
    private async Task<IReadOnlyList<CheckResult>> TryPermissionsAsync(IConnection connection, CancellationToken cancellationToken)
    {
        var id = Guid.NewGuid().ToString("N");
        // Under Verify only the temporary queues of a process are declared.
        var (exchange, queue) = settings.Topology == RabbitMqTopologyMode.Verify ? ($"doctor_bus_{id}", $"doctor_bus_{id}") : ($"Flow.Contracts:doctor-{id}", $"{TrialQueues}{id}");
        var configure = await TryAsync("configure", async channel =>
        {
            await channel.ExchangeDeclareAsync(exchange, ExchangeType.Fanout, durable: false, autoDelete: true, cancellationToken: cancellationToken);
            await channel.QueueDeclareAsync(queue, durable: false, exclusive: true, autoDelete: true, cancellationToken: cancellationToken);
        });
        if (configure.Status != CheckStatus.Ok)
            return [configure, new("permissions to write and read", CheckStatus.Unchecked, "They are tried on a queue that could not be declared.")];
        return
        [
            configure,
            await TryAsync("write", channel => channel.BasicPublishAsync(exchange, "", mandatory: false, new BasicProperties(), ReadOnlyMemory<byte>.Empty, cancellationToken).AsTask()),
            await TryAsync("read", async channel =>
            {
                await channel.QueueBindAsync(queue, exchange, "", cancellationToken: cancellationToken);
                await channel.BasicGetAsync(queue, autoAck: true, cancellationToken);
            }),
        ];

        async Task<CheckResult> TryAsync(string permission, Func<IChannel, Task> act)
        {
            await using var channel = await connection.CreateChannelAsync(new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true), cancellationToken);
            try
            {
                await act(channel);
                return new($"permission to {permission}", CheckStatus.Ok, $"The user '{settings.Username}' may {permission}.");
            }
            catch (Exception exception) when (Refusal(exception, channel) is { } reason)
            {
                return new(
                    $"permission to {permission}", CheckStatus.Problem, $"The user '{settings.Username}' may not {permission} ({reason}).",
                    $"Permit it in the virtual host '{settings.VirtualHost}': rabbitmqctl set_permissions -p {settings.VirtualHost} {settings.Username} <configure> <write> <read>.");
            }
        }
    }

    private static string? Refusal(Exception exception, IChannel channel) =>
        (exception as OperationInterruptedException)?.ShutdownReason is { ReplyCode: Constants.AccessRefused } refused ? refused.ReplyText
        : channel.CloseReason is { ReplyCode: Constants.AccessRefused } closed ? closed.ReplyText
        : null;
}
