using Flow.Contracts;
using Flow.Transports;
using Flow.Worker.Handlers;
using Flow.Worker.Policies;
using Microsoft.Extensions.Options;

namespace Flow.Worker;

internal sealed class FlowWorkerOptionsValidation(FlowWorkerBuilder worker) : IValidateOptions<FlowWorkerOptions>
{
    public ValidateOptionsResult Validate(string? name, FlowWorkerOptions options)
    {
        worker.Json.MakeReadOnly();
        List<string> faults =
        [
            .. Range(nameof(options.Concurrency), options.Concurrency, 1, 1_000),
            .. Range(nameof(options.HandlerTimeoutSeconds), options.HandlerTimeoutSeconds, 1, FlowWorkerOptions.MaxHandlerTimeoutSeconds),
            .. Range(nameof(options.HeartbeatSeconds), options.HeartbeatSeconds, 1, 300),
            .. Range(nameof(options.LeaseAfterSeconds), options.LeaseAfterSeconds, 1, 1_200),
            .. Range(nameof(options.LeaseSeconds), options.LeaseSeconds, 3, 86_400),
            .. Range(nameof(options.ShutdownTimeoutSeconds), options.ShutdownTimeoutSeconds, 0, 3_600),
            .. Range(nameof(options.MaxOutputBytes), options.MaxOutputBytes, 1_024, 67_108_864),
            .. options.Queues.Index().Where(q => !QueueNames.IsWorkQueueName(q.Item)).Select(q => $"{FlowWorkerOptions.Section}:Queues:{q.Index}: {QueueNames.WorkQueueNameFault(q.Item)}"),
            .. Enum.IsDefined(options.Lanes.Order) ? [] : (string[])[$"{FlowWorkerOptions.Section}:Lanes:Order is {options.Lanes.Order}; allowed are {string.Join(", ", Enum.GetNames<LaneOrder>())}."],
            .. Range("Lanes:Critical", options.Lanes.Critical, 1, LaneRules.MaxWeight),
            .. Range("Lanes:Default", options.Lanes.Default, 1, LaneRules.MaxWeight),
            .. Range("Lanes:Low", options.Lanes.Low, 1, LaneRules.MaxWeight),
            .. Range("Lanes:GapMilliseconds", options.Lanes.GapMilliseconds, 1, LaneRules.MaxGapMilliseconds),
            .. PolicyBounds.Faults($"{FlowWorkerOptions.Section}:", options),
            .. PolicyBook.Faults(worker, options),
            .. from handler in worker.Handlers.Values
               from type in handler.Payloads.Distinct()
               let fault = HandlerJson.FaultOf(worker.Json, type)
               where fault is not null
               select $"Handler '{handler.Name}': {fault}",
        ];
        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }

    private static IEnumerable<string> Range(string setting, int value, int min, int max)
    {
        if (value < min || value > max)
            yield return $"{FlowWorkerOptions.Section}:{setting} is {value}; allowed are {min} to {max}.";
    }
}
