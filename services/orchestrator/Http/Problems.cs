using Flow.Contracts;
using Flow.Contracts.Api;
using Microsoft.AspNetCore.Mvc;

namespace Flow.Orchestrator.Http;

/// <summary>Refusals as problem+json; <c>type</c> is stable, <c>detail</c> says what is wrong and how to mend it.</summary>
internal static class Problems
{
    public const string TypePrefix = "urn:flow:problem:";

    public static IResult Of(int status, string type, string title, string detail) =>
        Results.Problem(new ProblemDetails { Status = status, Type = TypePrefix + type, Title = title, Detail = detail });

    public static IResult UnknownRun(Guid runId) => Of(404, "unknown-run", "Unknown run", $"There is no run {runId}, or not any more: ended runs are removed after Flow:Orchestrator:Retention:KeepDays, where that is set. Check the id, or list runs with GET /v1/runs.");

    public static IResult UnknownWorkflow(string name) =>
        Of(404, "unknown-workflow", "Unknown workflow", $"No workflow is registered as '{name}'. List them with GET /v1/workflows.");

    public static IResult Invalid(string detail) => Of(400, "invalid-request", "Invalid request", detail);

    public static IResult TooLarge(string detail) => Of(413, "payload-too-large", "Payload too large", detail);

    public static IResult InvalidDefinition(IReadOnlyList<DefinitionFinding> findings) => Results.Problem(new ProblemDetails
    {
        Status = 400,
        Type = TypePrefix + "invalid-definition",
        Title = "Invalid definition",
        Detail = $"The definition has {findings.Count} finding{(findings.Count == 1 ? "" : "s")}; the first: {findings[0].Pointer}: {findings[0].Message}",
        Extensions = { ["findings"] = findings },
    });

    /// <summary>A start or a redrive that was refused.</summary>
    public static IResult Refused(RunRejected rejected) => rejected.Reason switch
    {
        "unknown-workflow" or "unknown-version" => Of(404, rejected.Reason, "Unknown workflow", rejected.Message),
        "not-redrivable" => Of(409, rejected.Reason, "The run cannot be redriven", rejected.Message),
        "idempotency-conflict" => Of(409, rejected.Reason, "Another start used this identity", rejected.Message),
        "payload-too-large" => TooLarge(rejected.Message),
        _ => Of(400, rejected.Reason, "Invalid request", rejected.Message),
    };
}
