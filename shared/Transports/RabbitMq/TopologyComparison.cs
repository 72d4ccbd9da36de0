using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.Configuration;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace Flow.Transports.RabbitMq;

/// <summary>Something that the broker lacks or has otherwise.</summary>
/// <param name="Subject">E.g. <c>queue 'flow-runs'</c>.</param>
/// <param name="Problem">E.g. <c>is missing</c>, or <c>has x-queue-type = classic in place of quorum</c>.</param>
/// <param name="IsMissing">Whether it is not there at all.</param>
public sealed record TopologyDifference(string Subject, string Problem, bool IsMissing)
{
    /// <inheritdoc />
    public override string ToString() => $"{Subject} {Problem}";

    internal static TopologyDifference Missing(string subject) => new(subject, "is missing", IsMissing: true);
}

/// <summary>The broker cannot be reached now.</summary>
/// <param name="message">Names the broker and what is wrong.</param>
public sealed class TransportUnreachableException(string message) : Exception(message);

/// <summary>What of a topology the broker lacks, or has otherwise. Nothing is declared to find out.</summary>
/// <param name="Differences">In the order of names; empty: all is as it should be.</param>
/// <param name="Unchecked">Why arguments and bindings could not be compared, but only the names of exchanges and queues; null: they were.</param>
public sealed record TopologyComparison(IReadOnlyList<TopologyDifference> Differences, string? Unchecked)
{
    /// <summary>Compares over the management API, else by asking the broker for each name.</summary>
    /// <param name="topology">What there should be.</param>
    /// <param name="configuration">Where the broker is, as for <see cref="FlowBusExtensions.AddFlowBus"/>.</param>
    /// <param name="cancellationToken">Ends the comparison.</param>
    /// <exception cref="InvalidOperationException">A setting is wrong, or the broker does not let us in.</exception>
    /// <exception cref="TransportUnreachableException">The broker cannot be reached.</exception>
    public static async Task<TopologyComparison> RunAsync(RabbitMqTopology topology, IConfiguration configuration, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(topology);
        ArgumentNullException.ThrowIfNull(configuration);
        return await RunAsync(topology, RabbitMqSettings.Read(configuration), cancellationToken);
    }

    internal static async Task<TopologyComparison> RunAsync(RabbitMqTopology topology, RabbitMqSettings settings, CancellationToken cancellationToken)
    {
        if (await settings.CheckAsync(cancellationToken) is { } problem)
            throw new TransportUnreachableException(problem);
        using var management = new RabbitMqManagement(settings);
        try
        {
            return new([.. await CompareAsync(topology, management, cancellationToken)], null);
        }
        catch (ManagementUnavailableException unavailable)
        {
            return new(await LookAsync(topology, settings, cancellationToken), unavailable.Message);
        }
    }

    private static async Task<IEnumerable<TopologyDifference>> CompareAsync(RabbitMqTopology topology, RabbitMqManagement management, CancellationToken cancellationToken)
    {
        var exchanges = (await management.GetOfHostAsync("exchanges", cancellationToken)).EnumerateArray().ToDictionary(found => Text(found, "name"), StringComparer.Ordinal);
        var queues = (await management.GetOfHostAsync("queues", cancellationToken)).EnumerateArray().ToDictionary(found => Text(found, "name"), StringComparer.Ordinal);
        var bindings = (await management.GetOfHostAsync("bindings", cancellationToken)).EnumerateArray()
            .Select(found => new DeclaredBinding(Text(found, "source"), Text(found, "destination"), Text(found, "destination_type") == "queue", Text(found, "routing_key"))).ToHashSet();
        return
        [
            .. topology.Exchanges.SelectMany(exchange => Compare($"exchange '{exchange.Name}'", exchange.Name, exchanges, exchange.Arguments, exchange.Type)),
            .. topology.Queues.SelectMany(queue => Compare($"queue '{queue.Name}'", queue.Name, queues, queue.Arguments)),
            .. topology.Bindings.Where(binding => !bindings.Contains(binding)).Select(binding => TopologyDifference.Missing($"binding '{binding}'")),
        ];
    }

    private static IEnumerable<TopologyDifference> Compare(
        string subject, string name, Dictionary<string, JsonElement> all, IReadOnlyDictionary<string, object> arguments, string? type = null)
    {
        if (!all.TryGetValue(name, out var found))
            return [TopologyDifference.Missing(subject)];

        var problems = new List<string>();
        if (type is not null && Text(found, "type") is var other && other != type)
            problems.Add($"is of the type {other} in place of {type}");
        if (!found.GetProperty("durable").GetBoolean())
            problems.Add("is not durable");
        if (found.GetProperty("auto_delete").GetBoolean())
            problems.Add("is deleted by the broker when nobody uses it (auto-delete)");
        // Without any they are an array there.
        var has = found.GetProperty("arguments") is { ValueKind: JsonValueKind.Object } there ? there.EnumerateObject().ToDictionary(argument => argument.Name, argument => argument.Value.ToString(), StringComparer.Ordinal) : [];
        foreach (var argument in arguments.Keys.Union(has.Keys, StringComparer.Ordinal).Order(StringComparer.Ordinal))
        {
            var (expected, actual) = (arguments.TryGetValue(argument, out var value) ? Convert.ToString(value, CultureInfo.InvariantCulture) : null, has.GetValueOrDefault(argument));
            if (expected != actual)
                problems.Add(actual is null ? $"lacks {argument} = {expected}" : expected is null ? $"has {argument} = {actual}" : $"has {argument} = {actual} in place of {expected}");
        }

        return problems.Select(problem => new TopologyDifference(subject, problem, IsMissing: false));
    }

    private static async Task<IReadOnlyList<TopologyDifference>> LookAsync(RabbitMqTopology topology, RabbitMqSettings settings, CancellationToken cancellationToken)
    {
        await using var connection = await settings.ConnectAsync("flow topology", cancellationToken);
        var missing = new List<TopologyDifference>();
        foreach (var exchange in topology.Exchanges)
            await LookAsync($"exchange '{exchange.Name}'", channel => channel.ExchangeDeclarePassiveAsync(exchange.Name, cancellationToken));
        foreach (var queue in topology.Queues)
            await LookAsync($"queue '{queue.Name}'", channel => channel.QueueDeclarePassiveAsync(queue.Name, cancellationToken));
        return missing;

        async Task LookAsync(string subject, Func<IChannel, Task> look)
        {
            // The broker closes the channel of who asks for what is not there.
            await using var channel = await connection.CreateChannelAsync(cancellationToken: cancellationToken);
            try
            {
                await look(channel);
            }
            catch (OperationInterruptedException exception) when (exception.ShutdownReason?.ReplyCode == Constants.NotFound)
            {
                missing.Add(TopologyDifference.Missing(subject));
            }
        }
    }

    private static string Text(JsonElement found, string property) => found.GetProperty(property).GetString()!;
}
