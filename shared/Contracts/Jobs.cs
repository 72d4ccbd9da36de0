using Flow.Contracts.Api;

namespace Flow.Contracts;

/// <summary>
/// Jobs: a handler that runs durably without a workflow that somebody registered. A job is a run of the built-in workflow <c>job:HANDLER</c>, which has one Task node. The version says how
/// often the handler is attempted: 1 once, with the calls that the policies of handler and worker allow; n + 1 at most n times, each with one call.
/// </summary>
public static class Jobs
{
    /// <summary>Most attempts that may be asked for.</summary>
    public const int MaxAttempts = 100;

    /// <summary>Longest delay, in seconds: ten years.</summary>
    public const double MaxDelaySeconds = 315_360_000;

    private const string Prefix = "job:";
    private const int MaxHandlerLength = 80;

    /// <summary>The handler that a workflow is the job of; null: it is no job. The name need not be allowed: see <see cref="FaultOfHandler"/>.</summary>
    public static string? HandlerOf(string workflow) => workflow.StartsWith(Prefix, StringComparison.Ordinal) ? workflow[Prefix.Length..] : null;

    /// <summary>The workflow that is the job of a handler.</summary>
    public static string WorkflowOf(string handler) => Prefix + handler;

    /// <summary>Whether the workflow of a job has this version.</summary>
    public static bool HasVersion(int version) => version is >= 1 and <= MaxAttempts + 1;

    /// <summary>The attempts that were asked for with a version of a job's workflow; null: none were.</summary>
    public static int? AttemptsOf(int version) => version > 1 ? version - 1 : null;

    /// <summary>What is wrong with a handler's name, for people; null: nothing.</summary>
    public static string? FaultOfHandler(string? handler) =>
        handler is { Length: > 0 and <= MaxHandlerLength } && handler.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' or ':')
            ? null
            : $"'{handler}' is not a handler name: use 1 to {MaxHandlerLength} ASCII letters, digits, '-', '_', '.' or ':'.";

    /// <summary>What is wrong with a request, for people; null: nothing.</summary>
    public static string? FaultOf(DispatchRequest request)
    {
        if (FaultOfHandler(request.Handler) is { } fault)
            return fault;
        if (request.Queue is not null && !QueueNames.IsWorkQueueName(request.Queue))
            return $"queue '{request.Queue}' is not a queue name: use 1 to {QueueNames.MaxWorkQueueNameLength} lower-case letters, digits, '-', '_' or '.'.";
        if (request is { DelaySeconds: not null, StartAt: not null })
            return "delaySeconds and startAt are both given: use one of them.";
        if (request.DelaySeconds is not (null or (>= 0 and <= MaxDelaySeconds)))
            return FormattableString.Invariant($"delaySeconds is {request.DelaySeconds}; allowed are 0 to {MaxDelaySeconds}.");
        return request.MaxAttempts is null or (>= 1 and <= MaxAttempts) ? null : $"maxAttempts is {request.MaxAttempts}; allowed are 1 to {MaxAttempts}.";
    }

    /// <summary>The start of the run that a job is.</summary>
    /// <param name="request">A request without fault.</param>
    /// <param name="idempotencyKey">Same key and handler = same job; null: each is one of its own.</param>
    /// <param name="now">When a delay begins.</param>
    public static StartRun StartOf(DispatchRequest request, string? idempotencyKey, DateTimeOffset now) => new()
    {
        RunId = request.RunId,
        Workflow = WorkflowOf(request.Handler),
        Version = 1 + (request.MaxAttempts ?? 0),
        Input = request.Payload ?? default,
        IdempotencyKey = idempotencyKey,
        Priority = request.Priority,
        Queue = request.Queue,
        NotBefore = request.StartAt ?? (request.DelaySeconds is { } seconds and > 0 ? now.AddSeconds(seconds) : default(DateTimeOffset?)),
    };
}
