using System.Text.Json;

namespace Flow.Contracts.Api;

/// <summary>One thing wrong with a definition.</summary>
/// <param name="Pointer">JSON pointer to the place, e.g. <c>/States/Fetch/Next</c>; empty for the whole text.</param>
/// <param name="Rule">Stable id of the rule broken, e.g. <c>missing-target</c>.</param>
/// <param name="Message">What is wrong and how to mend it.</param>
public sealed record DefinitionFinding(string Pointer, string Rule, string Message);

/// <summary>A registered workflow.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Version">The version described, from 1.</param>
/// <param name="Hash">SHA-256 of the definition text, lower-case hex.</param>
/// <param name="Comment">The definition's Comment.</param>
/// <param name="RegisteredAt">When this version was registered.</param>
public sealed record WorkflowSummary(string Name, int Version, string Hash, string? Comment, DateTimeOffset RegisteredAt);

/// <summary>A registered workflow with its definition.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Version">The version described, from 1.</param>
/// <param name="Hash">SHA-256 of the definition text, lower-case hex.</param>
/// <param name="RegisteredAt">When this version was registered.</param>
/// <param name="Versions">All versions there are, ascending.</param>
/// <param name="Definition">The definition, as JSON.</param>
public sealed record WorkflowDetails(string Name, int Version, string Hash, DateTimeOffset RegisteredAt, IReadOnlyList<int> Versions, JsonElement Definition);

/// <summary>Answer to a validation.</summary>
/// <param name="Valid">Whether the definition may be registered.</param>
/// <param name="Findings">What is wrong, in document order; empty when valid.</param>
public sealed record DefinitionValidation(bool Valid, IReadOnlyList<DefinitionFinding> Findings);
