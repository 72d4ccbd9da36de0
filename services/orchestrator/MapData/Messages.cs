using System.Text.Json;
using Flow.StatesLanguage.MapData;

namespace Flow.Orchestrator.MapData;

/// <summary>Read the items of a distributed Map. From a scope to the consumer that reads and writes objects.</summary>
public sealed record ReadMapItems(Guid RunId, Guid ScopeId, Guid Token, ItemSource Source);

/// <summary>The items are in <see cref="Storage.MapItemsRow"/>, or cannot be had (Cause). To the scope.</summary>
public sealed record MapItemsRead(Guid RunId, Guid ScopeId, Guid Token, string? Cause = null);

/// <summary>Write the results of a distributed Map. From a scope to the consumer that reads and writes objects.</summary>
public sealed record WriteMapResults(Guid RunId, Guid ScopeId, Guid Token, ResultTarget Target);

/// <summary>The results are written, and this is what the Map ends with; or they cannot be (Cause). To the scope.</summary>
public sealed record MapResultsWritten(Guid RunId, Guid ScopeId, Guid Token, JsonElement Result = default, string? Cause = null);
