using System.Text.Json;
using Flow.Transports.Checks;

namespace Flow.Transports.RabbitMq;

/// <summary>What of the broker would stop or lose messages, as the management API shows it.</summary>
internal sealed class ManagementChecks(RabbitMqSettings settings, TimeSpan longestDelivery)
{
    private const string FlowQueues = "flow-";

    public async Task<IReadOnlyList<CheckResult>> RunAsync(CancellationToken cancellationToken)
    {
        using var management = new RabbitMqManagement(settings);
        return [.. await LookAsync("broker nodes", NodesAsync), .. await LookAsync("broker policies", PoliciesAsync)];

        async Task<IReadOnlyList<CheckResult>> LookAsync(string subject, Func<RabbitMqManagement, CancellationToken, Task<IReadOnlyList<CheckResult>>> look)
        {
            try
            {
                return await look(management, cancellationToken);
            }
            catch (ManagementUnavailableException unavailable)
            {
                return [new(subject, CheckStatus.Unchecked, unavailable.Message)];
            }
        }
    }

    private static async Task<IReadOnlyList<CheckResult>> NodesAsync(RabbitMqManagement management, CancellationToken cancellationToken)
    {
        var nodes = (await management.GetAsync("nodes", cancellationToken)).EnumerateArray().ToList();
        var results = new List<CheckResult>();
        foreach (var node in nodes)
        {
            var name = node.GetProperty("name").GetString();
            if (!node.GetProperty("running").GetBoolean())
            {
                results.Add(new("broker nodes", CheckStatus.Warning, $"The node {name} of the cluster is down.", "Start it; a quorum queue serves only while most of its nodes are up."));
                continue;
            }

            if (node.GetProperty("mem_alarm").GetBoolean())
                results.Add(new("broker nodes", CheckStatus.Problem, $"The node {name} is out of memory and takes no messages.", "Have the queues emptied, or give it more memory (vm_memory_high_watermark)."));
            if (node.GetProperty("disk_free_alarm").GetBoolean())
                results.Add(new("broker nodes", CheckStatus.Problem, $"The node {name} is short of disk space and takes no messages.", "Free space on its disk (disk_free_limit)."));
            if (node.GetProperty("partitions").GetArrayLength() > 0)
                results.Add(new("broker nodes", CheckStatus.Problem, $"The node {name} was cut off from {string.Join(", ", node.GetProperty("partitions").EnumerateArray())}.", "Mend the network, then restart the nodes of the smaller part."));
        }

        return results.Count > 0 ? results : [new("broker nodes", CheckStatus.Ok, $"{nodes.Count} of {nodes.Count} run, without an alarm or a partition.")];
    }

    private async Task<IReadOnlyList<CheckResult>> PoliciesAsync(RabbitMqManagement management, CancellationToken cancellationToken)
    {
        var queues = (await management.GetOfHostAsync("queues", cancellationToken)).EnumerateArray()
            .Select(Queue.Of).Where(queue => queue.Name.StartsWith(FlowQueues, StringComparison.Ordinal) && !queue.Name.StartsWith(RabbitMqChecks.TrialQueues, StringComparison.Ordinal)).OrderBy(queue => queue.Name, StringComparer.Ordinal).ToList();
        var results = queues
            .SelectMany(queue => queue.Definition.Select(setting => (queue, setting)))
            .GroupBy(at => (at.queue.Policies, Setting: at.setting.Name, Value: at.setting.Value.ToString()))
            .Select(group => Judge(group.Key.Policies, group.Key.Setting, group.Key.Value, [.. group.Select(at => at.queue.Name)]))
            .OfType<CheckResult>().ToList();
        if (results.Count == 0)
            results.Add(new("broker policies", CheckStatus.Ok, $"None drops or diverts messages in the {queues.Count} queues of Flow that there are."));
        results.Add(new(
            "broker consumer_timeout", CheckStatus.Unchecked, "The broker does not show its consumer_timeout.",
            $"See that it is longer than {longestDelivery.TotalSeconds:0} s, which a worker holds an item unacknowledged at the most (the broker's default is 30 minutes): rabbitmqctl environment | grep consumer_timeout"));
        return results;
    }

    private CheckResult? Judge(string policies, string setting, string value, IReadOnlyList<string> queues)
    {
        var number = long.TryParse(value, out var parsed) ? parsed : (long?)null;
        var says = $"{policies} sets {setting} = {value} on {Findings.Name(queues)}";
        return setting switch
        {
            "message-ttl" => Problem("what waits longer is thrown away, or put aside as an error", "work may wait for any time"),
            "max-length" or "max-length-bytes" => Problem("a longer backlog is refused or thrown away", "a backlog is kept, or ends the runs that caused it"),
            "expires" => Problem("the queue is deleted with what is in it when nobody consumes for so long", "queues outlive their workers"),
            "consumer-timeout" when number < longestDelivery.TotalMilliseconds =>
                Problem($"a worker may hold an item for {longestDelivery.TotalSeconds:0} s before it acknowledges it, and would lose its channel", "or lower Flow:Worker:LeaseAfterSeconds"),
            "delivery-limit" when number < QuorumQueues.DeliveryLimit => new(
                "broker policies", CheckStatus.Warning, $"{says}: fewer than Flow's {QuorumQueues.DeliveryLimit}, so a few restarts of workers make a dead letter of an item.", "Take it out of the policy."),
            _ => null,
        };

        CheckResult Problem(string effect, string reason) => new("broker policies", CheckStatus.Problem, $"{says}: {effect}.", $"Have the policy not match Flow's queues: {reason}.");
    }

    private sealed record Queue(string Name, string Policies, IReadOnlyList<JsonProperty> Definition)
    {
        public static Queue Of(JsonElement queue)
        {
            string[] policies =
            [
                .. from kind in new[] { (Property: "policy", Words: "policy"), (Property: "operator_policy", Words: "operator policy") }
                   where queue.TryGetProperty(kind.Property, out var name) && name.ValueKind == JsonValueKind.String
                   select $"{kind.Words} '{queue.GetProperty(kind.Property).GetString()}'",
            ];
            // An empty definition is an array there.
            return new(
                queue.GetProperty("name").GetString()!,
                policies.Length == 0 ? "a policy" : string.Join(" with ", policies),
                queue.TryGetProperty("effective_policy_definition", out var definition) && definition.ValueKind == JsonValueKind.Object ? [.. definition.EnumerateObject()] : []);
        }
    }
}
