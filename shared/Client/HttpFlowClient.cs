using System.Globalization;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Flow.Contracts;
using Flow.Contracts.Api;

namespace Flow.Client;

/// <summary>The calls of <see cref="IFlowClient"/> as HTTP requests.</summary>
internal sealed class HttpFlowClient(HttpCaller http, TimeProvider time) : IFlowClient
{
    /// <summary>One long poll; short enough for the idle timeouts of usual proxies.</summary>
    private static readonly TimeSpan PollTime = TimeSpan.FromSeconds(25);

    private static readonly TimeSpan PurgeTime = TimeSpan.FromSeconds(60);

    public Task<WorkflowSummary> RegisterWorkflowAsync(string name, DefinitionText definition, CancellationToken cancellationToken = default) =>
        http.SendAsync<WorkflowSummary>(() => Post($"v1/workflows/{Uri.EscapeDataString(name)}", definition), cancellationToken);

    public Task<DefinitionValidation> ValidateWorkflowAsync(DefinitionText definition, CancellationToken cancellationToken = default) =>
        http.SendAsync<DefinitionValidation>(() => Post("v1/workflows/validate", definition), cancellationToken);

    public Task<NodeTestResult> TestNodeAsync(TestNodeRequest request, CancellationToken cancellationToken = default) =>
        http.SendAsync<NodeTestResult>(() => Post("v1/workflows/test-node", request), cancellationToken);

    public Task<Page<WorkflowSummary>> ListWorkflowsAsync(int? limit = null, string? cursor = null, CancellationToken cancellationToken = default) =>
        GetAsync<Page<WorkflowSummary>>("v1/workflows", cancellationToken, ("limit", Text(limit)), ("cursor", cursor));

    public Task<WorkflowDetails> GetWorkflowAsync(string name, int? version = null, CancellationToken cancellationToken = default) =>
        GetAsync<WorkflowDetails>($"v1/workflows/{Uri.EscapeDataString(name)}", cancellationToken, ("version", Text(version)));

    public Task<RunSummary> StartRunAsync(StartRunRequest request, string? idempotencyKey = null, CancellationToken cancellationToken = default)
    {
        if (request.RunId is null && idempotencyKey is null)
            request = request with { RunId = Guid.CreateVersion7(time.GetUtcNow()) };
        return http.SendAsync<RunSummary>(() => WithKey(Post("v1/runs", request), idempotencyKey), cancellationToken);
    }

    public Task<RunSummary> DispatchAsync(string handler, object? payload, DispatchOptions? options = null, CancellationToken cancellationToken = default)
    {
        options ??= new();
        var request = options.Request(handler, payload) with { RunId = options.IdempotencyKey is null ? Guid.CreateVersion7(time.GetUtcNow()) : null };
        return http.SendAsync<RunSummary>(() => WithKey(Post("v1/jobs", request), options.IdempotencyKey), cancellationToken);
    }

    public Task<Page<RunSummary>> ListRunsAsync(RunFilter? filter = null, CancellationToken cancellationToken = default) =>
        GetAsync<Page<RunSummary>>("v1/runs", cancellationToken, (filter ?? new RunFilter()).ToQuery());

    public async Task<long> CountRunsAsync(RunFilter? filter = null, CancellationToken cancellationToken = default) =>
        (await GetAsync<RunCount>("v1/runs/count", cancellationToken, (filter ?? new RunFilter()).ToQuery())).Count;

    public Task<RunDetails> GetRunAsync(Guid runId, CancellationToken cancellationToken = default) =>
        GetAsync<RunDetails>($"v1/runs/{runId}", cancellationToken);

    public Task<RunExplanation> ExplainRunAsync(Guid runId, CancellationToken cancellationToken = default) =>
        GetAsync<RunExplanation>($"v1/runs/{runId}/why", cancellationToken);

    public async Task<RunDetails> WaitForRunAsync(Guid runId, TimeSpan timeout, CancellationToken cancellationToken = default)
    {
        var start = time.GetTimestamp();
        while (true)
        {
            var left = timeout == Timeout.InfiniteTimeSpan ? PollTime : timeout - time.GetElapsedTime(start);
            var poll = left < TimeSpan.Zero ? TimeSpan.Zero : left < PollTime ? left : PollTime;
            var run = await http.SendAsync<RunDetails>(
                () => new(HttpMethod.Get, HttpCaller.WithQuery($"v1/runs/{runId}/wait", ("timeoutSeconds", Text((int)Math.Ceiling(poll.TotalSeconds))))),
                cancellationToken,
                allowance: poll);
            if (run.Run.Status.IsTerminal() || (timeout != Timeout.InfiniteTimeSpan && time.GetElapsedTime(start) >= timeout))
                return run;
        }
    }

    public Task<Page<HistoryEntry>> GetHistoryAsync(Guid runId, int? limit = null, string? cursor = null, CancellationToken cancellationToken = default) =>
        GetAsync<Page<HistoryEntry>>($"v1/runs/{runId}/history", cancellationToken, ("limit", Text(limit)), ("cursor", cursor));

    public Task<RunJournalPage> GetJournalAsync(Guid runId, long after = 0, int? take = null, CancellationToken cancellationToken = default) =>
        GetAsync<RunJournalPage>($"v1/runs/{runId}/journal", cancellationToken, ("after", after == 0 ? null : after.ToString(CultureInfo.InvariantCulture)), ("take", Text(take)));

    public Task<Page<FailedAttempt>> ListErrorsAsync(Guid runId, int? limit = null, string? cursor = null, CancellationToken cancellationToken = default) =>
        GetAsync<Page<FailedAttempt>>($"v1/runs/{runId}/errors", cancellationToken, ("limit", Text(limit)), ("cursor", cursor));

    public Task<Page<RunWorkItem>> ListWorkItemsAsync(Guid runId, WorkItemStatus? status = null, int? limit = null, string? cursor = null, CancellationToken cancellationToken = default) =>
        GetAsync<Page<RunWorkItem>>($"v1/runs/{runId}/work-items", cancellationToken, ("status", status?.ToString()), ("limit", Text(limit)), ("cursor", cursor));

    public Task<NodeOutput> GetNodeOutputAsync(Guid runId, string node, Guid? scope = null, CancellationToken cancellationToken = default) =>
        GetAsync<NodeOutput>($"v1/runs/{runId}/nodes/{Uri.EscapeDataString(node)}/output", cancellationToken, ("scope", scope?.ToString()));

    public Task<RunSummary> CancelRunAsync(Guid runId, string? reason = null, CancellationToken cancellationToken = default) =>
        http.SendAsync<RunSummary>(() => Post($"v1/runs/{runId}/cancel", new CancelRequest(reason)), cancellationToken);

    public Task<RunSummary> PauseRunAsync(Guid runId, string? reason = null, CancellationToken cancellationToken = default) =>
        http.SendAsync<RunSummary>(() => Post($"v1/runs/{runId}/pause", new PauseRequest(reason)), cancellationToken);

    public Task<RunSummary> ResumeRunAsync(Guid runId, CancellationToken cancellationToken = default) =>
        http.SendAsync<RunSummary>(() => new(HttpMethod.Post, $"v1/runs/{runId}/resume"), cancellationToken);

    public Task<RunSummary> RedriveRunAsync(Guid runId, RedriveRequest? request = null, CancellationToken cancellationToken = default) =>
        http.SendAsync<RunSummary>(() => Post($"v1/runs/{runId}/redrive", request ?? new RedriveRequest()), cancellationToken);

    public Task<RunSummary> RerunAsync(Guid runId, string? idempotencyKey = null, CancellationToken cancellationToken = default)
    {
        idempotencyKey ??= Guid.CreateVersion7(time.GetUtcNow()).ToString();
        return http.SendAsync<RunSummary>(() => WithKey(new(HttpMethod.Post, $"v1/runs/{runId}/rerun"), idempotencyKey), cancellationToken);
    }

    public Task<Page<WorkQueue>> ListQueuesAsync(CancellationToken cancellationToken = default) => GetAsync<Page<WorkQueue>>("v1/queues", cancellationToken);

    public Task<WorkQueue> GetQueueAsync(string queue, CancellationToken cancellationToken = default) => GetAsync<WorkQueue>(Queue(queue), cancellationToken);

    public Task<WorkQueue> PauseQueueAsync(string queue, string? reason = null, CancellationToken cancellationToken = default) =>
        http.SendAsync<WorkQueue>(() => Post($"{Queue(queue)}/pause", new PauseQueueRequest(reason)), cancellationToken);

    public Task<WorkQueue> ResumeQueueAsync(string queue, CancellationToken cancellationToken = default) =>
        http.SendAsync<WorkQueue>(() => new(HttpMethod.Post, $"{Queue(queue)}/resume"), cancellationToken);

    public Task<PurgedQueue> PurgeQueueAsync(string queue, CancellationToken cancellationToken = default) =>
        http.SendAsync<PurgedQueue>(() => new(HttpMethod.Delete, HttpCaller.WithQuery($"{Queue(queue)}/items", ("confirm", queue))), cancellationToken, allowance: PurgeTime);

    public Task<DeletedQueue> DeleteQueueAsync(string queue, bool force = false, CancellationToken cancellationToken = default) =>
        http.SendAsync<DeletedQueue>(() => new(HttpMethod.Delete, HttpCaller.WithQuery(Queue(queue), ("force", force ? "true" : null))), cancellationToken, allowance: PurgeTime);

    public Task<RunSummary> CompleteWorkItemAsync(string taskToken, JsonElement output, IReadOnlyList<JournalEntry>? journal = null, CancellationToken cancellationToken = default) =>
        http.SendAsync<RunSummary>(() => Post(WorkItem(taskToken, "complete"), new CompleteWorkItemRequest { Output = output, Journal = journal }), cancellationToken);

    public Task<RunSummary> FailWorkItemAsync(string taskToken, string? error, string? cause = null, CancellationToken cancellationToken = default) =>
        http.SendAsync<RunSummary>(() => Post(WorkItem(taskToken, "fail"), new FailWorkItemRequest(error, cause)), cancellationToken);

    public Task<RunSummary> HeartbeatWorkItemAsync(string taskToken, JsonElement? progress = null, CancellationToken cancellationToken = default) =>
        http.SendAsync<RunSummary>(() => Post(WorkItem(taskToken, "heartbeat"), new HeartbeatWorkItemRequest(progress)), cancellationToken);

    private static string Queue(string queue) => $"v1/queues/{Uri.EscapeDataString(queue)}";

    public Task<Page<WorkerDetails>> ListWorkersAsync(CancellationToken cancellationToken = default) => GetAsync<Page<WorkerDetails>>("v1/workers", cancellationToken);

    public Task<WorkerDetails> GetWorkerAsync(string workerId, CancellationToken cancellationToken = default) =>
        GetAsync<WorkerDetails>($"v1/workers/{Uri.EscapeDataString(workerId)}", cancellationToken);

    public Task<WorkerDetails> DrainWorkerAsync(string workerId, bool exit = false, CancellationToken cancellationToken = default) =>
        http.SendAsync<WorkerDetails>(() => Post($"v1/workers/{Uri.EscapeDataString(workerId)}/drain", new DrainWorkerRequest(exit)), cancellationToken);

    private Task<T> GetAsync<T>(string path, CancellationToken cancellationToken, params (string Name, string? Value)[] query) =>
        http.SendAsync<T>(() => new(HttpMethod.Get, HttpCaller.WithQuery(path, query)), cancellationToken);

    private static HttpRequestMessage Post(string path, DefinitionText definition) =>
        new(HttpMethod.Post, path) { Content = new StringContent(definition.Text, Encoding.UTF8, definition.ContentType) };

    private static HttpRequestMessage Post<T>(string path, T body) =>
        new(HttpMethod.Post, path) { Content = JsonContent.Create(body, options: HttpCaller.Json) };

    private static HttpRequestMessage WithKey(HttpRequestMessage message, string? idempotencyKey)
    {
        if (idempotencyKey is not null)
            message.Headers.Add("Idempotency-Key", idempotencyKey);
        return message;
    }

    private static string WorkItem(string taskToken, string verb) => $"v1/work-items/{Uri.EscapeDataString(taskToken)}/{verb}";

    private static string? Text(int? number) => number?.ToString(CultureInfo.InvariantCulture);
}
