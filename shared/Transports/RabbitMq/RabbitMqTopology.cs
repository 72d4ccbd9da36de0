using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using MassTransit;
using MassTransit.RabbitMqTransport.Topology;
using Microsoft.Extensions.DependencyInjection;

namespace Flow.Transports.RabbitMq;

/// <summary>The durable exchanges, queues and bindings that processes of Flow use on RabbitMQ.</summary>
public sealed class RabbitMqTopology
{
    private static readonly JsonSerializerOptions OneLine = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly SortedDictionary<string, DeclaredExchange> _exchanges = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, DeclaredQueue> _queues = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, DeclaredBinding> _bindings = new(StringComparer.Ordinal);

    internal IReadOnlyCollection<DeclaredExchange> Exchanges => _exchanges.Values;

    internal IReadOnlyCollection<DeclaredQueue> Queues => _queues.Values;

    internal IReadOnlyCollection<DeclaredBinding> Bindings => _bindings.Values;

    /// <summary>What some processes use between them, whose services are configured for RabbitMQ. Their buses are made and not started; nothing is connected.</summary>
    /// <param name="processes">The services of each process.</param>
    /// <param name="workQueues">Work queues that are served too, e.g. <c>video</c>: their lanes with all that belongs to them.</param>
    /// <returns>Null: a process is not on RabbitMQ.</returns>
    public static RabbitMqTopology? Of(IEnumerable<IServiceProvider> processes, IReadOnlyCollection<string> workQueues)
    {
        ArgumentNullException.ThrowIfNull(processes);
        var all = new RabbitMqTopology();
        foreach (var process in processes)
        {
            if (process.GetService<UsedTopology>() is not { } used)
                return null;
            // Makes the bus.
            process.GetRequiredService<IBusControl>();
            all.Add(used.With(workQueues));
        }

        return all;
    }

    /// <summary>The definitions as <c>rabbitmqctl import_definitions</c> and the management API take them; one object a line, by name, so that two of them can be compared.</summary>
    /// <param name="virtualHost">The virtual host they are for; it is made if it is not there.</param>
    public string ToDefinitions(string virtualHost)
    {
        var definitions = new JsonObject
        {
            ["vhosts"] = new JsonArray(new JsonObject { ["name"] = virtualHost }),
            ["exchanges"] = Array(_exchanges.Values, exchange => new()
            {
                ["name"] = exchange.Name, ["vhost"] = virtualHost, ["type"] = exchange.Type, ["durable"] = true, ["auto_delete"] = false, ["internal"] = false, ["arguments"] = Arguments(exchange.Arguments),
            }),
            ["queues"] = Array(_queues.Values, queue => new()
            {
                ["name"] = queue.Name, ["vhost"] = virtualHost, ["durable"] = true, ["auto_delete"] = false, ["arguments"] = Arguments(queue.Arguments),
            }),
            ["bindings"] = Array(_bindings.Values, binding => new()
            {
                ["source"] = binding.Source, ["vhost"] = virtualHost, ["destination"] = binding.Destination, ["destination_type"] = binding.IsToQueue ? "queue" : "exchange", ["routing_key"] = binding.RoutingKey,
                ["arguments"] = new JsonObject(),
            }),
        };
        var lists = definitions.Select(list => $"\"{list.Key}\": [\n{string.Join(",\n", list.Value!.AsArray().Select(one => one!.ToJsonString(OneLine)))}\n]");
        return $"{{\n{string.Join(",\n", lists)}\n}}";
    }

    internal void Add(BrokerTopology declared)
    {
        foreach (var exchange in declared.Exchanges)
            _exchanges[exchange.ExchangeName] = new(exchange.ExchangeName, exchange.ExchangeType, exchange.ExchangeArguments.AsReadOnly());
        foreach (var queue in declared.Queues)
            _queues[queue.QueueName] = new(queue.QueueName, queue.QueueArguments.AsReadOnly());
        foreach (var binding in declared.ExchangeBindings)
            Add(new DeclaredBinding(binding.Source.ExchangeName, binding.Destination.ExchangeName, IsToQueue: false, binding.RoutingKey ?? ""));
        foreach (var binding in declared.QueueBindings)
            Add(new DeclaredBinding(binding.Source.ExchangeName, binding.Destination.QueueName, IsToQueue: true, binding.RoutingKey ?? ""));
    }

    private void Add(RabbitMqTopology other)
    {
        foreach (var exchange in other.Exchanges)
            _exchanges[exchange.Name] = exchange;
        foreach (var queue in other.Queues)
            _queues[queue.Name] = queue;
        foreach (var binding in other.Bindings)
            Add(binding);
    }

    private void Add(DeclaredBinding binding) => _bindings[binding.ToString()] = binding;

    private static JsonArray Array<T>(IEnumerable<T> all, Func<T, JsonObject> make) => [.. all.Select(one => (JsonNode)make(one))];

    private static JsonObject Arguments(IReadOnlyDictionary<string, object> arguments) =>
        new(arguments.OrderBy(argument => argument.Key, StringComparer.Ordinal).Select(argument => KeyValuePair.Create(argument.Key, JsonSerializer.SerializeToNode(argument.Value))));
}

internal sealed record DeclaredExchange(string Name, string Type, IReadOnlyDictionary<string, object> Arguments);

internal sealed record DeclaredQueue(string Name, IReadOnlyDictionary<string, object> Arguments);

internal sealed record DeclaredBinding(string Source, string Destination, bool IsToQueue, string RoutingKey)
{
    /// <summary>E.g. <c>flow-runs → queue flow-runs</c>.</summary>
    public override string ToString() => $"{Source} → {(IsToQueue ? "queue" : "exchange")} {Destination}{(RoutingKey.Length == 0 ? "" : $" ({RoutingKey})")}";
}
