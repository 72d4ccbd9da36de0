using RabbitMQ.Client;

namespace Flow.Chaos.Tests;

/// <summary>A queue of the test's own behind the exchanges of Flow's queues (each named as its queue): it gets a copy of every message, or instead of the queue the message itself.</summary>
internal sealed class MessageTap : IAsyncDisposable
{
    private readonly IConnection _connection;
    private readonly IChannel _channel;
    private readonly string[] _exchanges;
    private readonly string _queue;
    private readonly bool _diverted;

    private MessageTap(IConnection connection, IChannel channel, string[] exchanges, string queue, bool diverted)
    {
        _connection = connection;
        _channel = channel;
        _exchanges = exchanges;
        _queue = queue;
        _diverted = diverted;
    }

    public static async Task<MessageTap> OpenAsync(Uri broker, string[] exchanges, bool diverted)
    {
        var connection = await new ConnectionFactory { Uri = broker }.CreateConnectionAsync();
        var channel = await connection.CreateChannelAsync(new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true));
        var queue = (await channel.QueueDeclareAsync()).QueueName;
        var tap = new MessageTap(connection, channel, exchanges, queue, diverted);
        foreach (var exchange in exchanges)
        {
            await channel.QueueBindAsync(queue, exchange, "");
            if (diverted)
                await channel.QueueUnbindAsync(exchange, exchange, "");
        }

        return tap;
    }

    /// <summary>Lets messages reach their queues again.</summary>
    public async Task RestoreAsync()
    {
        foreach (var exchange in _exchanges)
        {
            if (_diverted)
                await _channel.QueueBindAsync(exchange, exchange, "");
            await _channel.QueueUnbindAsync(_queue, exchange, "");
        }
    }

    /// <summary>Takes what has come since it was last asked.</summary>
    public async Task<List<Caught>> CatchAsync()
    {
        var caught = new List<Caught>();
        while (await _channel.BasicGetAsync(_queue, autoAck: true) is { } message)
            caught.Add(new Caught(message.Exchange, new BasicProperties(message.BasicProperties), message.Body.ToArray()));
        return caught;
    }

    /// <summary>Sends messages to the queues they were meant for, past the exchanges.</summary>
    public async Task SendAsync(IEnumerable<Caught> messages)
    {
        foreach (var (queue, properties, body) in messages)
            await _channel.BasicPublishAsync("", queue, mandatory: true, properties, body);
    }

    public async ValueTask DisposeAsync()
    {
        await _channel.DisposeAsync();
        await _connection.DisposeAsync();
    }
}

/// <summary>A message, and the queue it was meant for.</summary>
internal sealed record Caught(string Queue, BasicProperties Properties, byte[] Body);
