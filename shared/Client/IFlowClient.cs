using System.Text.Json;
using Flow.Contracts;
using Flow.Contracts.Api;

namespace Flow.Client;

/// <summary>
/// Flow's HTTP API. Every call throws <see cref="FlowApiException"/> when the server refuses it and <see cref="FlowUnreachableException"/>
/// when no answer comes; every call may safely be repeated, and is (<see cref="FlowClientOptions.Attempts"/>) while the connection fails.
/// Get one from <c>services.AddFlowClient(…)</c>; it is safe for concurrent use.
/// </summary>
public interface IFlowClient
{
    /// <summary>Registers a definition as the newest version of a workflow. The text of the newest version again changes nothing and answers with that version.</summary>
    /// <param name="name">Name of the workflow.</param>
    /// <param name="definition">The definition in the Amazon States Language, JSON or YAML.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="FlowApiException">Among others: the definition is not sound; see <see cref="FlowApiException.Findings"/>.</exception>
    Task<WorkflowSummary> RegisterWorkflowAsync(string name, DefinitionText definition, CancellationToken cancellationToken = default);

    /// <summary>Says what is wrong with a definition and stores nothing.</summary>
    Task<DefinitionValidation> ValidateWorkflowAsync(DefinitionText definition, CancellationToken cancellationToken = default);

    /// <summary>Tests one node with a mock in place of its work, and shows the data after each step. Stores nothing, starts no run.</summary>
    /// <exception cref="FlowApiException">Among others: the definition is not sound, it has no such node, or the mock does not fit it.</exception>
    Task<NodeTestResult> TestNodeAsync(TestNodeRequest request, CancellationToken cancellationToken = default);

    /// <summary>Lists the newest version of every workflow, by name.</summary>
    /// <param name="limit">Most items a page; null: the server's default.</param>
    /// <param name="cursor"><see cref="Page{T}.Next"/> of the page before; null: the first page.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    Task<Page<WorkflowSummary>> ListWorkflowsAsync(int? limit = null, string? cursor = null, CancellationToken cancellationToken = default);

    /// <summary>Shows one workflow with its definition.</summary>
    /// <param name="name">Name of the workflow.</param>
    /// <param name="version">Version from 1; null: the newest.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    Task<WorkflowDetails> GetWorkflowAsync(string name, int? version = null, CancellationToken cancellationToken = default);

    /// <summary>
    /// Starts a run and answers when it is stored, before anything of it has happened. One call is one run however often the connection breaks: where the
    /// request has neither RunId nor key, the client chooses a RunId.
    /// </summary>
    /// <param name="request">What to run.</param>
    /// <param name="idempotencyKey">Same key and workflow = same run, also across calls and processes; null: each call is a run of its own.</param>
    /// <param name="cancellationToken">Ends the call; the run may have started nevertheless.</param>
    Task<RunSummary> StartRunAsync(StartRunRequest request, string? idempotencyKey = null, CancellationToken cancellationToken = default);

    /// <summary>
    /// Runs one handler durably, as a run of its own, without a workflow that somebody registered (<see cref="Jobs"/>); answers when it is stored. It has a history, and can be explained, cancelled and redriven, as any run. One
    /// call is one job however often the connection breaks.
    /// </summary>
    /// <param name="handler">The handler, e.g. <c>send-email</c>.</param>
    /// <param name="payload">Its input: anything that becomes JSON (camelCase names); null: an empty object.</param>
    /// <param name="options">When, where and how often; null: at once, on the queue <c>default</c>, as often as its policies say.</param>
    /// <param name="cancellationToken">Ends the call; the job may run nevertheless.</param>
    Task<RunSummary> DispatchAsync(string handler, object? payload, DispatchOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>Lists runs, the newest first.</summary>
    Task<Page<RunSummary>> ListRunsAsync(RunFilter? filter = null, CancellationToken cancellationToken = default);

    /// <summary>Counts runs.</summary>
    /// <param name="filter">Which; its Limit and Cursor do not matter. Null: all.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    Task<long> CountRunsAsync(RunFilter? filter = null, CancellationToken cancellationToken = default);

    /// <summary>Shows one run.</summary>
    Task<RunDetails> GetRunAsync(Guid runId, CancellationToken cancellationToken = default);

    /// <summary>Waits until the run has ended, or for the given time, and answers with the run as it is then. Look at its status: it may still be open.</summary>
    /// <param name="runId">The run.</param>
    /// <param name="timeout">Longest wait; <see cref="Timeout.InfiniteTimeSpan"/>: until the run ends.</param>
    /// <param name="cancellationToken">Ends the call; the run goes on.</param>
    Task<RunDetails> WaitForRunAsync(Guid runId, TimeSpan timeout, CancellationToken cancellationToken = default);

    /// <summary>Lists what happened in a run, in order.</summary>
    /// <param name="runId">The run.</param>
    /// <param name="limit">Most items a page; null: the server's default.</param>
    /// <param name="cursor"><see cref="Page{T}.Next"/> of the page before; null: from the start.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    Task<Page<HistoryEntry>> GetHistoryAsync(Guid runId, int? limit = null, string? cursor = null, CancellationToken cancellationToken = default);

    /// <summary>Reads the journal of a run: what its handlers noted, in order.</summary>
    /// <param name="runId">The run.</param>
    /// <param name="after"><see cref="RunJournalPage.Next"/> of the page before; 0: from the start.</param>
    /// <param name="take">Most records a page, 1 to 100; null: the server's default. A page may have fewer and not be the last.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    Task<RunJournalPage> GetJournalAsync(Guid runId, long after = 0, int? take = null, CancellationToken cancellationToken = default);

    /// <summary>Lists the attempts of a run that failed, in the order in which they did.</summary>
    /// <param name="runId">The run.</param>
    /// <param name="limit">Most items a page; null: the server's default.</param>
    /// <param name="cursor"><see cref="Page{T}.Next"/> of the page before; null: from the start.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    Task<Page<FailedAttempt>> ListErrorsAsync(Guid runId, int? limit = null, string? cursor = null, CancellationToken cancellationToken = default);

    /// <summary>
    /// Lists the work items of a run: those outstanding, then those that ended, in the order in which they did. A page may hold fewer items than asked for, or none, and yet be followed by another. While the
    /// run moves an item can be listed as outstanding and, on a later page, as ended; none is left out.
    /// </summary>
    /// <param name="runId">The run.</param>
    /// <param name="status">Only those that stand so; null: all.</param>
    /// <param name="limit">Most items a page; null: the server's default.</param>
    /// <param name="cursor"><see cref="Page{T}.Next"/> of the page before; null: from the start.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    Task<Page<RunWorkItem>> ListWorkItemsAsync(Guid runId, WorkItemStatus? status = null, int? limit = null, string? cursor = null, CancellationToken cancellationToken = default);

    /// <summary>Gives the last output of a node in a run.</summary>
    /// <param name="runId">The run.</param>
    /// <param name="node">Name of the node, of the workflow's own machine or of a nested one.</param>
    /// <param name="scope">The branch or iteration (<see cref="HistoryEntry.ScopeId"/>) whose output is meant; null: the last of all.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="FlowApiException"><c>urn:flow:problem:no-output</c>: the node has not ended there; <c>unknown-node</c>, <c>unknown-scope</c>, <c>unknown-run</c>: there is no such thing.</exception>
    Task<NodeOutput> GetNodeOutputAsync(Guid runId, string node, Guid? scope = null, CancellationToken cancellationToken = default);

    /// <summary>Says why a run stands where it stands: what holds it, since when, and who can make it go on.</summary>
    Task<RunExplanation> ExplainRunAsync(Guid runId, CancellationToken cancellationToken = default);

    /// <summary>Ends a run as cancelled. Late results do not revive it.</summary>
    /// <param name="runId">The run.</param>
    /// <param name="reason">Why, for the history; at most 1,000 characters.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    Task<RunSummary> CancelRunAsync(Guid runId, string? reason = null, CancellationToken cancellationToken = default);

    /// <summary>Has a run start nothing new until it is resumed; what is in flight ends and is kept. The time limit of the run, if it has one, goes on.</summary>
    /// <param name="runId">The run.</param>
    /// <param name="reason">Why, for the history; at most 1,000 characters.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    Task<RunSummary> PauseRunAsync(Guid runId, string? reason = null, CancellationToken cancellationToken = default);

    /// <summary>Lets a paused run go on with exactly what had not run.</summary>
    Task<RunSummary> ResumeRunAsync(Guid runId, CancellationToken cancellationToken = default);

    /// <summary>
    /// Lets a run that failed, was cancelled or timed out go on: at the node it stood at, with branches and iterations that ended well not run again, or at another. Refused with
    /// <c>urn:flow:problem:not-redrivable</c> for a run that stands otherwise, so a repeat does no harm.
    /// </summary>
    /// <param name="runId">The run.</param>
    /// <param name="request">Where, with what input and which version; null: at the node, with the input and the version it has.</param>
    /// <param name="cancellationToken">Ends the call; the run may go on nevertheless.</param>
    Task<RunSummary> RedriveRunAsync(Guid runId, RedriveRequest? request = null, CancellationToken cancellationToken = default);

    /// <summary>Starts a new run with the workflow, version, input and labels of one that has ended; its source is that run.</summary>
    /// <param name="runId">The run that has ended.</param>
    /// <param name="idempotencyKey">Same key = same new run; null: each call is a run of its own, however often its connection breaks.</param>
    /// <param name="cancellationToken">Ends the call; the run may have started nevertheless.</param>
    Task<RunSummary> RerunAsync(Guid runId, string? idempotencyKey = null, CancellationToken cancellationToken = default);

    /// <summary>Lists the work queues that are known, by name: their depth, who serves them, whether they are paused.</summary>
    Task<Page<WorkQueue>> ListQueuesAsync(CancellationToken cancellationToken = default);

    /// <summary>Shows a work queue, known or not.</summary>
    Task<WorkQueue> GetQueueAsync(string queue, CancellationToken cancellationToken = default);

    /// <summary>Has workers begin nothing more of a queue until it is resumed; what they have in hand ends. One that is paused stays as it is.</summary>
    /// <param name="queue">The work queue; one that does not exist yet is paused when it comes.</param>
    /// <param name="reason">Why; at most 1,000 characters.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    Task<WorkQueue> PauseQueueAsync(string queue, string? reason = null, CancellationToken cancellationToken = default);

    /// <summary>Lets a paused queue be served again. One that is not paused stays as it is.</summary>
    Task<WorkQueue> ResumeQueueAsync(string queue, CancellationToken cancellationToken = default);

    /// <summary>
    /// Throws away the items that wait in a queue, not those that workers have. The attempt of each fails as <c>Flow.Purged</c>: a Retry tries it again only if it names that, a Catch goes on from it.
    /// </summary>
    /// <param name="queue">The work queue.</param>
    /// <param name="cancellationToken">Ends the call; what was purged by then is.</param>
    /// <returns>How many; repeat it while <see cref="PurgedQueue.IsComplete"/> is false.</returns>
    Task<PurgedQueue> PurgeQueueAsync(string queue, CancellationToken cancellationToken = default);

    /// <summary>
    /// Deletes a work queue from the broker, in all its lanes; its error queues stay. One that holds items or is served is refused with the problem <c>urn:flow:problem:queue-in-use</c>, unless it is forced; in memory
    /// there is nothing to delete, and a queue of Amazon SQS would take messages for a minute yet and lose them (<c>urn:flow:problem:queue-not-deletable</c>). Whoever sends to it later, or serves it, creates it anew.
    /// </summary>
    /// <param name="queue">The work queue; one that is not there counts as deleted.</param>
    /// <param name="force">Pause it first, so that workers leave it, and purge it as <see cref="PurgeQueueAsync"/> does. What workers have in hand is theirs, but on RabbitMQ it does not come back from one that dies.</param>
    /// <param name="cancellationToken">Ends the call; a forced deletion may be left half done, with the queue paused: repeat it.</param>
    Task<DeletedQueue> DeleteQueueAsync(string queue, bool force = false, CancellationToken cancellationToken = default);

    /// <summary>
    /// Ends an attempt well in the name of its token's holder. A repeat of a call that arrived is refused with the problem
    /// <c>urn:flow:problem:token-not-outstanding</c>, as is a token whose time is up.
    /// </summary>
    /// <param name="taskToken">The text of <c>$$.Task.Token</c>.</param>
    /// <param name="output">Result of the node.</param>
    /// <param name="journal">What it appends to the journal of the run, within <see cref="JournalLimits"/>; null: nothing.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    Task<RunSummary> CompleteWorkItemAsync(string taskToken, JsonElement output, IReadOnlyList<JournalEntry>? journal = null, CancellationToken cancellationToken = default);

    /// <summary>Fails an attempt in the name of its token's holder; Retry and Catch of the node decide what follows. Refused as <see cref="CompleteWorkItemAsync"/> is.</summary>
    /// <param name="taskToken">The text of <c>$$.Task.Token</c>.</param>
    /// <param name="error">Error name that Retry and Catch match.</param>
    /// <param name="cause">What happened, for people.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    Task<RunSummary> FailWorkItemAsync(string taskToken, string? error, string? cause = null, CancellationToken cancellationToken = default);

    /// <summary>Says that an attempt is alive: its heartbeat's time starts anew. Refused as <see cref="CompleteWorkItemAsync"/> is.</summary>
    /// <param name="taskToken">The text of <c>$$.Task.Token</c>.</param>
    /// <param name="progress">How far it is, any JSON value; null: not said.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    Task<RunSummary> HeartbeatWorkItemAsync(string taskToken, JsonElement? progress = null, CancellationToken cancellationToken = default);

    /// <summary>Lists the workers that the orchestrator heard of lately, those that live first.</summary>
    Task<Page<WorkerDetails>> ListWorkersAsync(CancellationToken cancellationToken = default);

    /// <summary>Shows one worker.</summary>
    /// <exception cref="FlowApiException"><c>urn:flow:problem:unknown-worker</c>: the orchestrator did not hear of it lately.</exception>
    Task<WorkerDetails> GetWorkerAsync(string workerId, CancellationToken cancellationToken = default);

    /// <summary>Asks a worker to take nothing more: it finishes or gives back what it has. Answers before it does; <see cref="GetWorkerAsync"/> tells how far it is.</summary>
    /// <param name="workerId">The worker.</param>
    /// <param name="exit">Whether its process is to end then; else it stays up, drained, until it is started anew.</param>
    /// <param name="cancellationToken">Ends the call; the worker may drain nevertheless.</param>
    /// <exception cref="FlowApiException"><c>urn:flow:problem:unknown-worker</c>, or <c>worker-not-alive</c>: it is dead, or has stopped.</exception>
    Task<WorkerDetails> DrainWorkerAsync(string workerId, bool exit = false, CancellationToken cancellationToken = default);
}
