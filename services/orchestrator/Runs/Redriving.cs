using System.Text.Json;
using Flow.Contracts;
using Flow.Orchestrator.Storage;
using Flow.StatesLanguage;

namespace Flow.Orchestrator.Runs;

/// <summary>A run that did not end well goes on: at the node it stood at or at another, with the input it had or another, on its own version or another.</summary>
internal sealed class Redriving(Transition transition, RunLifecycle lifecycle, TimeProvider time)
{
    private sealed record Refusal(string Reason, string Message);

    public async Task RedriveAsync(IRunTransaction transaction, Run run, RedriveRun order)
    {
        if (order.InputReference is { } reference)
        {
            transaction.DropPayload(run.CorrelationId, reference);
            if (await transaction.ReadPayloadAsync(run.CorrelationId, run.CorrelationId, reference) is not { } stored)
            {
                await RefuseAsync(transaction, run, new("invalid-request", $"The input was to be payload {reference}, which is not stored. Give it again."));
                return;
            }

            order = order with { Input = JsonElement.Parse(stored) };
        }

        var definition = await DefinitionAsync(transaction, run, order);
        var input = order.Input ?? (order.FromNode is { } from && from != run.Node ? await transaction.LastInputAsync(run.CorrelationId, from) : null);
        if (await RefusalAsync(transaction, run, order, definition, input) is { } refusal)
        {
            await RefuseAsync(transaction, run, refusal);
            return;
        }

        var now = time.GetUtcNow();
        var scope = ScopeJson.Read(run.Document);
        run.WorkflowVersion = order.Version ?? run.WorkflowVersion;
        (run.Error, run.Cause, run.EndedAt) = (null, null, null);
        run.Redrives++;
        run.RedrivenAt = now;
        var redriven = new RunRedriven
        {
            RunId = run.CorrelationId,
            Workflow = run.Workflow,
            Version = run.WorkflowVersion,
            Name = run.Name,
            Batch = RunEnd.Batch(run),
            Timestamp = now,
            Number = run.Redrives,
            FromNode = order.FromNode ?? run.Node,
            RequestedBy = order.RequestedBy,
        };
        await transaction.PublishAsync(redriven);
        await transaction.AnswerAsync(redriven);
        if (scope.Status == ScopeStatus.Pending)
        {
            await lifecycle.StartAsync(transaction, run);
            return;
        }

        run.CurrentState = nameof(RunStateMachine.Running);
        await RunLimit.SetAsync(transaction, run, now);
        await transition.RunAsync(transaction, run, new Signal.Redriven(scope.Redrives + 1, order.FromNode, input));
    }

    /// <summary>The definition to go on with; null: there is no such version.</summary>
    private static async Task<Definition?> DefinitionAsync(IRunTransaction transaction, Run run, RedriveRun order) =>
        order.Version is null || await transaction.HasVersionAsync(run.Workflow, order.Version.Value)
            ? await transaction.DefinitionAsync(run.Workflow, order.Version ?? run.WorkflowVersion)
            : null;

    private static async Task<Refusal?> RefusalAsync(IRunTransaction transaction, Run run, RedriveRun order, Definition? definition, JsonElement? input)
    {
        if (run.CurrentState is not (nameof(RunStateMachine.Failed) or nameof(RunStateMachine.Cancelled) or nameof(RunStateMachine.TimedOut)))
            return new("not-redrivable", $"Run {run.CorrelationId} is {run.CurrentState}; only a run that Failed, was Cancelled or TimedOut can be redriven. Start a new run with the same input with POST /v1/runs/{run.CorrelationId}/rerun.");
        if (definition is null)
            return new("unknown-version", $"Workflow '{run.Workflow}' has no version {order.Version}. List its versions with GET /v1/workflows/{run.Workflow}.");
        if (order.Input is { } given && !Interpreter.Accepts(given))
            return new("invalid-request", "input holds half of a surrogate pair (e.g. \"\\ud800\"), which is no text and cannot be stored.");
        var node = order.FromNode ?? run.Node;
        if (node is not null && !definition.States.Any(s => s.Name == node))
        {
            return new("unknown-node", $"Version {order.Version ?? run.WorkflowVersion} of workflow '{run.Workflow}' has no node '{node}' in its own machine, where a redrive begins. It has: "
                + $"{string.Join(", ", definition.States.Select(s => s.Name))}.");
        }

        if (order.FromNode is { } from && from != run.Node && input is null)
            return new("input-missing", $"Run {run.CorrelationId} never entered '{from}', so its input is not known. Give one.");
        return order.Version is not null && order.Input is null && (order.FromNode ?? run.Node) == run.Node ? await MisfitAsync(transaction, run, order.Version.Value, definition) : null;
    }

    /// <summary>Branches and iterations go on where they stand; another version must have these places too.</summary>
    private static async Task<Refusal?> MisfitAsync(IRunTransaction transaction, Run run, int version, Definition definition)
    {
        var root = ScopeJson.Read(run.Document);
        var group = root.FailedGroup?.Token ?? (root.Children is null ? null : root.Token);
        if (group is null)
            return null;
        await foreach (var (pointer, node) in transaction.UnfinishedAsync(run.CorrelationId, ChildScopes.LineageOf(run, group.Value)).WithCancellation(transaction.CancellationToken))
        {
            var machine = definition.Machines.FirstOrDefault(m => m.Pointer == pointer);
            if (machine is null || (node is not null && !machine.States.Any(s => s.Name == node)))
            {
                return new("unknown-node", $"A branch or iteration of run {run.CorrelationId} stands at '{pointer}/States/{node}', which version {version} does not have. "
                    + $"Give an input, so that '{run.Node}' begins anew, or another node.");
            }
        }

        return null;
    }

    private async Task RefuseAsync(IRunTransaction transaction, Run run, Refusal refusal)
    {
        var rejected = new RunRejected
        {
            RunId = run.CorrelationId,
            Workflow = run.Workflow,
            Reason = refusal.Reason,
            Message = refusal.Message,
            Timestamp = time.GetUtcNow(),
        };
        await transaction.PublishAsync(rejected);
        await transaction.AnswerAsync(rejected);
    }
}
