using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Flow.Transports.DeadLetters;
using Microsoft.Extensions.Logging;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace Flow.Transports.RabbitMq;

/// <summary>
/// The error and skipped queues of RabbitMQ, read with the broker's own client: a receive endpoint would take a body that nobody can read for a fault of its own, and would bind an error queue to the error queue.
/// </summary>
internal sealed class RabbitMqDeadLetters(RabbitMqSettings settings, ILogger<RabbitMqDeadLetters> logger) : IDeadLetterQueues, IAsyncDisposable
{
    private const int Batch = 50;
    private const int BatchBytes = 8 * 1024 * 1024;
    private const string Killed = "delivery_limit";

    private static readonly string[] Suffixes = ["_error", "_skipped"];

    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly HashSet<string> _declared = new(StringComparer.Ordinal);
    private readonly HashSet<string> _refused = new(StringComparer.Ordinal);
    private IConnection? _connection;
    private IChannel? _channel;

    public Task<int> DrainAsync(IReadOnlyCollection<string> queues, Func<IReadOnlyList<DeadMessage>, CancellationToken, Task> store, CancellationToken cancellationToken) => UseAsync(
        async () =>
        {
            var drained = 0;
            foreach (var queue in queues)
            {
                foreach (var suffix in Suffixes)
                    drained += await DrainAsync(queue, queue + suffix, store, cancellationToken);
            }

            return drained;
        },
        cancellationToken);

    public Task SendAsync(DeadMessage message, CancellationToken cancellationToken) => UseAsync(
        async () =>
        {
            var properties = new BasicProperties
            {
                Persistent = true,
                MessageId = message.MessageId,
                ContentType = message.ContentType,
                Headers = AsideHeaders.Original(message.Headers).Select(h => (h.Key, Value: Header(h.Value))).Where(h => h.Value is not null).ToDictionary(h => h.Key, h => h.Value, StringComparer.Ordinal),
            };
            try
            {
                await (await ChannelAsync(cancellationToken)).BasicPublishAsync("", message.Queue, mandatory: true, properties, message.Body, cancellationToken);
            }
            catch (PublishException exception) when (exception.IsReturn)
            {
                throw new UnroutableMessageException(message.Queue);
            }

            return 0;
        },
        cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await CloseAsync();
        _turn.Dispose();
    }

    private async Task<int> DrainAsync(string origin, string queue, Func<IReadOnlyList<DeadMessage>, CancellationToken, Task> store, CancellationToken cancellationToken)
    {
        if (!await DeclareAsync(queue, cancellationToken))
            return 0;
        var channel = await ChannelAsync(cancellationToken);
        var drained = 0;
        while (true)
        {
            var batch = new List<DeadMessage>(Batch);
            var last = 0UL;
            for (var bytes = 0; batch.Count < Batch && bytes < BatchBytes && await channel.BasicGetAsync(queue, autoAck: false, cancellationToken) is { } got; bytes += got.Body.Length)
            {
                batch.Add(Message(origin, got));
                last = got.DeliveryTag;
            }

            if (batch.Count == 0)
                return drained;
            await store(batch, cancellationToken);
            await channel.BasicAckAsync(last, multiple: true, cancellationToken);
            drained += batch.Count;
        }
    }

    /// <summary>
    /// Declares the queue as whoever puts something aside in it will, so that none is looked for in vain. False: it is there with other arguments, and not ours; or it is not there, and not for us to declare.
    /// </summary>
    private async Task<bool> DeclareAsync(string queue, CancellationToken cancellationToken)
    {
        if (_declared.Contains(queue))
            return true;
        if (_refused.Contains(queue))
            return false;
        try
        {
            var channel = await ChannelAsync(cancellationToken);
            if (settings.Topology == RabbitMqTopologyMode.Verify)
            {
                await channel.QueueDeclarePassiveAsync(queue, cancellationToken);
            }
            else
            {
                await channel.QueueDeclareAsync(
                    queue, durable: true, exclusive: false, autoDelete: false, QuorumQueues.Arguments(queue).ToDictionary(a => a.Key, a => (object?)a.Value, StringComparer.Ordinal), cancellationToken: cancellationToken);
            }

            return _declared.Add(queue);
        }
        catch (OperationInterruptedException exception) when (exception.ShutdownReason?.ReplyCode == Constants.PreconditionFailed)
        {
            logger.LogWarning("The queue {Queue} is not drained into the dead letters: it was declared with other arguments than Flow's ({Reason})", queue, exception.ShutdownReason.ReplyText);
            _refused.Add(queue);
            await CloseAsync();
            return false;
        }
        catch (OperationInterruptedException exception) when (settings.Topology == RabbitMqTopologyMode.Verify && exception.ShutdownReason?.ReplyCode == Constants.NotFound)
        {
            await CloseAsync();
            return false;
        }
    }

    private async Task<T> UseAsync<T>(Func<Task<T>> use, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            return await use();
        }
        catch (UnroutableMessageException)
        {
            throw;
        }
        catch
        {
            // What was handed out and not acknowledged goes back to its queue with the channel.
            await CloseAsync();
            throw;
        }
        finally
        {
            _turn.Release();
        }
    }

    private async Task<IChannel> ChannelAsync(CancellationToken cancellationToken)
    {
        if (_channel is { IsOpen: true } open)
            return open;
        await CloseAsync();
        _connection = await settings.ConnectAsync("flow dead letters", cancellationToken);
        return _channel = await _connection.CreateChannelAsync(new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true), cancellationToken);
    }

    private async Task CloseAsync()
    {
        // The queues may be gone when the next connection comes, with a broker that was set up anew.
        _declared.Clear();
        var (connection, channel) = (_connection, _channel);
        (_connection, _channel) = (null, null);
        if (channel is not null)
            await channel.DisposeAsync();
        if (connection is not null)
            await connection.DisposeAsync();
    }

    private static DeadMessage Message(string origin, BasicGetResult got)
    {
        var headers = new JsonObject();
        foreach (var (name, value) in got.BasicProperties.Headers ?? new Dictionary<string, object?>())
            headers[name] = Node(value);
        var isKilled = headers["x-first-death-reason"]?.ToString() == Killed;
        return new()
        {
            Queue = origin,
            MessageId = got.BasicProperties.MessageId,
            IsRedelivered = got.Redelivered,
            // The client takes its buffer back with the next call.
            Body = got.Body.ToArray(),
            ContentType = got.BasicProperties.ContentType,
            Headers = headers.ToJsonString(),
            // Its own count begins anew in the queue that it was moved to.
            Deliveries = isKilled ? QuorumQueues.DeliveryLimit : null,
        };
    }

    private static JsonNode? Node(object? value) => value switch
    {
        null => null,
        byte[] text => Encoding.UTF8.GetString(text),
        string text => text,
        bool flag => flag,
        double or float => Convert.ToDouble(value, CultureInfo.InvariantCulture),
        AmqpTimestamp time => DateTimeOffset.FromUnixTimeSeconds(time.UnixTime),
        IDictionary<string, object?> table => new JsonObject(table.Select(pair => KeyValuePair.Create(pair.Key, Node(pair.Value)))),
        System.Collections.IEnumerable list => new JsonArray([.. list.Cast<object?>().Select(Node)]),
        IConvertible number => Convert.ToInt64(number, CultureInfo.InvariantCulture),
        _ => value.ToString(),
    };

    private static object? Header(JsonNode? node) => node switch
    {
        JsonValue value when value.TryGetValue(out bool flag) => flag,
        JsonValue value when value.TryGetValue(out long number) => number,
        JsonValue value when value.TryGetValue(out double number) => number,
        JsonValue value => value.ToString(),
        // Tables are the broker's own.
        _ => null,
    };
}
