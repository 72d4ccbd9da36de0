using Flow.Transports;
using Flow.Transports.Checks;
using Flow.Transports.RabbitMq;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Flow.Cli.Checks;

/// <summary>Whether the services will find their exchanges and queues on RabbitMQ, or be able to declare them.</summary>
internal static class TopologyChecks
{
    private const string Subject = "broker topology";

    public static async Task<IReadOnlyList<CheckResult>> RunAsync(IConfiguration configuration, IReadOnlyList<ServiceProcess> services, CancellationToken cancellationToken)
    {
        if (services.Count == 0 || services[0].Services.GetService<RabbitMqSettings>() is not { } settings)
            return [];
        string[] workQueues = [.. services.SelectMany(service => service.Services.GetServices<ServedQueues>()).SelectMany(served => served.WorkQueues)];
        if (RabbitMqTopology.Of(services.Select(service => service.Services), workQueues) is not { } topology)
            return [];
        try
        {
            var comparison = await TopologyComparison.RunAsync(topology, configuration, cancellationToken);
            return [.. Judge(comparison, settings.Topology)];
        }
        catch (Exception exception) when (exception is TransportUnreachableException or InvalidOperationException)
        {
            return [new(Subject, CheckStatus.Unchecked, exception.Message)];
        }
    }

    private static IEnumerable<CheckResult> Judge(TopologyComparison comparison, RabbitMqTopologyMode mode)
    {
        var missing = comparison.Differences.Where(difference => difference.IsMissing).ToList();
        var different = comparison.Differences.Where(difference => !difference.IsMissing).ToList();
        if (mode == RabbitMqTopologyMode.Verify && missing.Count > 0)
            yield return new(Subject, CheckStatus.Problem, $"Missing: {string.Join(", ", missing.Select(one => one.Subject))}.", "Create them: 'flow topology export rabbitmq', and import what it prints.");
        if (different.Count > 0)
            yield return new(Subject, CheckStatus.Problem, $"Not as Flow declares it: {string.Join("; ", different)}.", "Delete it when it is empty; the broker refuses whoever declares it otherwise than it is.");
        if (comparison.Unchecked is { } reason)
            yield return new(Subject, CheckStatus.Unchecked, $"Arguments and bindings could not be compared. {reason}");
        else if (different.Count == 0 && (mode == RabbitMqTopologyMode.Create || missing.Count == 0))
            yield return new(Subject, CheckStatus.Ok, missing.Count == 0 ? "Exchanges, queues and bindings are as Flow declares them." : "What there is is as Flow declares it; the rest is made when it is needed.");
    }
}
