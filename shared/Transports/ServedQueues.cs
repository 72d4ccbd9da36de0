namespace Flow.Transports;

/// <summary>Work queues that a process will serve once its bus has started. Register any number as services, before the bus starts.</summary>
/// <param name="WorkQueues">Their names, e.g. <c>video</c>.</param>
public sealed record ServedQueues(IReadOnlyCollection<string> WorkQueues);
