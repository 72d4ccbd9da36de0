using System.Diagnostics;
using System.Diagnostics.Metrics;
using Flow.Contracts;
using MassTransit;

namespace Flow.Worker;

/// <summary>The worker's spans and instruments, under the name <c>Flow</c>.</summary>
internal sealed class WorkerTelemetry
{
    private const string Name = "Flow";
    private const string MassTransitParent = "MT-Activity-Id";
    private const string W3CParent = "traceparent";

    private static readonly ActivitySource Source = new(Name);

    private readonly Counter<long> _items;
    private readonly Histogram<double> _duration;
    private readonly Counter<long> _retries;
    private readonly Counter<long> _rests;
    private readonly Histogram<double> _permits;

    public WorkerTelemetry(IMeterFactory meters)
    {
        var meter = meters.Create(Name);
        _items = meter.CreateCounter<long>("flow.worker.items", "{item}", "Work items by handler and outcome.");
        _duration = meter.CreateHistogram<double>("flow.worker.item.duration", "s", "Time in the worker, from receipt to answer, by handler and outcome.");
        _retries = meter.CreateCounter<long>("flow.worker.handler.retries", "{call}", "Calls of handlers after the first of an attempt, by handler and error of the call before.");
        _rests = meter.CreateCounter<long>("flow.worker.handler.rests", "{rest}", "Rests of handlers that failed always, by handler.");
        _permits = meter.CreateHistogram<double>("flow.worker.permit.wait", "s", "Time from asking for a permit of a shared rate to its end, by handler and outcome.");
    }

    public static Activity? StartItem(ConsumeContext<NodeWorkItem> context, string workerId)
    {
        var item = context.Message;
        var activity = Source.StartActivity($"{item.Handler} handle", ActivityKind.Consumer, Activity.Current?.Context ?? Parent(context.Headers));
        activity?.SetTag("flow.run_id", item.RunId).SetTag("flow.scope_id", item.ScopeId).SetTag("flow.token", item.Token).SetTag("flow.workflow", item.Workflow)
            .SetTag("flow.node", item.Node).SetTag("flow.attempt", item.Attempt).SetTag("flow.handler", item.Handler).SetTag("flow.worker_id", workerId);
        return activity;
    }

    public void Record(string handler, string outcome, TimeSpan duration)
    {
        TagList tags = new() { { "handler", handler }, { "outcome", outcome } };
        _items.Add(1, tags);
        _duration.Record(duration.TotalSeconds, tags);
    }

    public void Retry(string handler, string error) => _retries.Add(1, new TagList { { "handler", handler }, { "error", error } });

    public void Rest(string handler) => _rests.Add(1, new TagList { { "handler", handler } });

    public void Permit(string handler, string outcome, TimeSpan waited) => _permits.Record(waited.TotalSeconds, new TagList { { "handler", handler }, { "outcome", outcome } });

    private static ActivityContext Parent(Headers headers) =>
        (headers.TryGetHeader(MassTransitParent, out var value) || headers.TryGetHeader(W3CParent, out value))
        && ActivityContext.TryParse(value as string, null, isRemote: true, out var parent) ? parent : default;
}
