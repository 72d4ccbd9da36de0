using Microsoft.Extensions.Logging;

namespace Flow.Transports.RabbitMq;

/// <summary>Under <see cref="RabbitMqTopologyMode.Verify"/>: the exchanges, queues and bindings that the process uses are there, with the arguments it would declare them with.</summary>
internal sealed class TopologyPrerequisite(RabbitMqSettings settings, UsedTopology used, IEnumerable<ServedQueues> served, TimeProvider time, ILogger<TopologyPrerequisite> logger) : IBusPrerequisite
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);

    public string Name => "RabbitMQ, to verify what is on it";

    public async Task WaitAsync(CancellationToken cancellationToken)
    {
        var workQueues = served.SelectMany(queues => queues.WorkQueues).ToHashSet(StringComparer.Ordinal);
        TopologyComparison? comparison;
        while ((comparison = await TryCompareAsync(used.With(workQueues), cancellationToken)) is null)
            await Task.Delay(Pause, time, cancellationToken);

        if (comparison.Unchecked is { } reason)
            logger.LogWarning("Only the names of exchanges and queues were verified, not their arguments and bindings. {Reason}", reason);
        if (comparison.Differences.Count > 0)
            throw new InvalidOperationException(Error(comparison.Differences, workQueues));
    }

    private async Task<TopologyComparison?> TryCompareAsync(RabbitMqTopology topology, CancellationToken cancellationToken)
    {
        try
        {
            return await TopologyComparison.RunAsync(topology, settings, cancellationToken);
        }
        catch (Exception exception) when (exception is TransportUnreachableException || InfrastructureFault.IsTransient(exception))
        {
            return null;
        }
    }

    private string Error(IReadOnlyList<TopologyDifference> differences, IEnumerable<string> workQueues) =>
        $"{RabbitMqSettings.Section}:Topology is Verify, and the virtual host '{settings.VirtualHost}' of {settings.Place} is not as it should be: {string.Join("; ", differences)}. "
        + $"Create it with: flow topology export rabbitmq{string.Concat(workQueues.Order(StringComparer.Ordinal).Select(queue => $" --queue {queue}"))} > definitions.json && rabbitmqctl import_definitions definitions.json "
        + $"(what is there with other arguments must be deleted first). Or set {RabbitMqSettings.Section}:Topology to Create.";
}
