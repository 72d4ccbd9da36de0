using Flow.Contracts.Api;
using Flow.Orchestrator.Definitions;
using Flow.Orchestrator.Storage;
using Flow.StatesLanguage.NodeTesting;

namespace Flow.Orchestrator.Http;

/// <summary><c>POST /v1/workflows/test-node</c>.</summary>
internal static class NodeTestEndpoint
{
    public static async Task<IResult> TestAsync(TestNodeRequest body, OrchestratorDbContext db, TimeProvider time, CancellationToken cancellationToken)
    {
        if ((body.Definition is null) == (body.Workflow is null))
            return Problems.Invalid("Say what to test: give a 'definition', or the name of a 'workflow', and not both.");
        if (body is { Workflow: null, Version: not null })
            return Problems.Invalid("'version' is a version of a 'workflow': give its name too, or leave it out.");

        var definition = body.Definition?.GetRawText();
        if (definition?.Length > WorkflowEndpoints.MaxDefinitionBytes)
            return Problems.Invalid($"The definition has {definition.Length} characters; at most {WorkflowEndpoints.MaxDefinitionBytes} are taken.");
        if (body.Workflow is { } workflow)
        {
            definition = (await WorkflowCatalog.FindAsync(db, workflow, body.Version, cancellationToken))?.Definition;
            if (definition is null)
                return Problems.UnknownWorkflow(body.Version is null ? workflow : $"{workflow} version {body.Version}");
        }

        var answer = NodeTests.Test(definition!, body, time.GetUtcNow());
        return answer.Outcome is { } outcome ? Results.Ok(NodeTests.Result(outcome, body.Level)) : Refused(answer.Refusal!);
    }

    private static IResult Refused(Refusal refusal) => refusal.Rule switch
    {
        RefusalRules.InvalidDefinition => Problems.InvalidDefinition([.. refusal.Findings.Select(WorkflowEndpoints.Api)]),
        RefusalRules.UnknownNode => Problems.Of(404, refusal.Rule, "Unknown node", refusal.Message),
        _ => Problems.Of(400, refusal.Rule, "Invalid test", refusal.Message),
    };
}
