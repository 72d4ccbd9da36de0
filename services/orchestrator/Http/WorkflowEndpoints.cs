using System.Text.Json;
using Flow.Contracts.Api;
using Flow.Orchestrator.Definitions;
using Flow.Orchestrator.Storage;
using Flow.StatesLanguage;
using Flow.Yaml;
using Microsoft.EntityFrameworkCore;

namespace Flow.Orchestrator.Http;

/// <summary><c>/v1/workflows</c>.</summary>
internal static class WorkflowEndpoints
{
    internal const int MaxDefinitionBytes = 1024 * 1024;
    private const int MaxNameLength = 200;

    public static void Map(IEndpointRouteBuilder app)
    {
        var workflows = app.MapGroup("/v1/workflows").WithTags("Workflows");
        workflows.MapPost("/validate", ValidateAsync).WithName("ValidateWorkflow").Produces<DefinitionValidation>();
        workflows.MapPost("/test-node", NodeTestEndpoint.TestAsync).WithName("TestNode").Produces<NodeTestResult>().ProducesProblem(400).ProducesProblem(404);
        workflows.MapPost("/{name}", RegisterAsync).WithName("RegisterWorkflow").Produces<WorkflowSummary>(201).Produces<WorkflowSummary>().ProducesProblem(400);
        workflows.MapGet("/", ListAsync).WithName("ListWorkflows").Produces<Page<WorkflowSummary>>();
        workflows.MapGet("/{name}", ShowAsync).WithName("ShowWorkflow").Produces<WorkflowDetails>().ProducesProblem(404);
    }

    private static async Task<IResult> ValidateAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        var (json, findings) = await ReadAsync(request, cancellationToken);
        if (json is not null)
            findings = Findings(WorkflowCatalog.Read(json));
        return Results.Ok(new DefinitionValidation(findings.Count == 0, findings));
    }

    private static async Task<IResult> RegisterAsync(string name, HttpRequest request, OrchestratorDbContext db, WorkflowCatalog catalog, CancellationToken cancellationToken)
    {
        if (name.Length > MaxNameLength || name.Any(c => !(char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.')))
            return Problems.Invalid($"'{name}' is not a workflow name: use 1 to {MaxNameLength} ASCII letters, digits, '-', '_' or '.'.");
        var (json, findings) = await ReadAsync(request, cancellationToken);
        if (json is null)
            return Problems.InvalidDefinition(findings);
        var registration = await catalog.RegisterAsync(db, name, json, cancellationToken);
        if (registration.Version is not { } version)
            return Problems.InvalidDefinition([.. registration.Findings.Select(Api)]);
        return registration.IsNew
            ? Results.Created($"/v1/workflows/{name}?version={version.Version}", Summary(version))
            : Results.Ok(Summary(version));
    }

    private static async Task<IResult> ListAsync(OrchestratorDbContext db, CancellationToken cancellationToken, string? cursor = null, int limit = 100)
    {
        limit = Math.Clamp(limit, 1, 500);
        var newest = db.Workflows.AsNoTracking().Where(w => !db.Workflows.Any(o => o.Name == w.Name && o.Version > w.Version));
        if (cursor is not null)
            newest = newest.Where(w => string.Compare(w.Name, cursor) > 0);
        var rows = await newest.OrderBy(w => w.Name).Take(limit + 1).ToListAsync(cancellationToken);
        return Results.Ok(new Page<WorkflowSummary>([.. rows.Take(limit).Select(Summary)], rows.Count > limit ? rows[limit - 1].Name : null));
    }

    private static async Task<IResult> ShowAsync(string name, OrchestratorDbContext db, CancellationToken cancellationToken, int? version = null)
    {
        var row = await WorkflowCatalog.FindAsync(db, name, version, cancellationToken);
        if (row is null)
            return Problems.UnknownWorkflow(version is null ? name : $"{name} version {version}");
        var versions = await db.Workflows.Where(w => w.Name == name).OrderBy(w => w.Version).Select(w => w.Version).ToListAsync(cancellationToken);
        return Results.Ok(new WorkflowDetails(row.Name, row.Version, row.Hash, row.RegisteredAt, versions.Count > 0 ? versions : [row.Version], JsonElement.Parse(row.Definition)));
    }

    /// <summary>The body as JSON text, or what keeps it from being that.</summary>
    private static async Task<(string? Json, IReadOnlyList<DefinitionFinding> Findings)> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        if (request.ContentLength > MaxDefinitionBytes)
            return (null, [new("", "too-large", $"The definition has {request.ContentLength} bytes; at most {MaxDefinitionBytes} are taken.")]);
        using var reader = new StreamReader(request.Body);
        var text = await reader.ReadToEndAsync(cancellationToken);
        if (text.Length > MaxDefinitionBytes)
            return (null, [new("", "too-large", $"The definition has {text.Length} characters; at most {MaxDefinitionBytes} are taken.")]);
        if ((TextFormats.FromContentType(request.ContentType) ?? TextFormats.FromText(text)) != TextFormat.Yaml)
            return (text, []);
        var yaml = YamlText.ToJson(text);
        return yaml.Json is not null ? (yaml.Json, []) : (null, [new("", "yaml-syntax", yaml.Error!.ToString())]);
    }

    private static List<DefinitionFinding> Findings(DefinitionReading reading) => [.. reading.Findings.Select(Api)];

    internal static DefinitionFinding Api(Finding finding) => new(finding.Pointer, finding.Rule, finding.Message);

    private static WorkflowSummary Summary(WorkflowVersion row) => new(row.Name, row.Version, row.Hash, row.Comment, row.RegisteredAt);
}
