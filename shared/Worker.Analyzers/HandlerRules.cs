using Microsoft.CodeAnalysis;

namespace Flow.Worker.Analyzers;

/// <summary>What is reported of handlers. Each message names the remedy; docs/workers.md says why.</summary>
internal static class HandlerRules
{
    private const string Category = "Flow";

    public static readonly DiagnosticDescriptor NameTakenTwice = new(
        "FLOW001", "Two handlers of an assembly have one name", "Handler '{0}' is both {1} and {2}: give one of them another name",
        Category, DiagnosticSeverity.Error, isEnabledByDefault: true, customTags: WellKnownDiagnosticTags.CompilationEnd);

    public static readonly DiagnosticDescriptor NoJson = new(
        "FLOW002", "The input or output of a handler has no form in JSON", "The {0} of {1} does not travel as JSON, as {2}: use a record of plain data, or a converter",
        Category, DiagnosticSeverity.Warning, isEnabledByDefault: true);

    public static readonly DiagnosticDescriptor TokenIgnored = new(
        "FLOW003", "A handler does not pass on its cancellation",
        "'{0}' can be cancelled, but the handler never looks at its token, so it goes on after its time is up or its run is cancelled: pass context.CancellationToken",
        Category, DiagnosticSeverity.Warning, isEnabledByDefault: true);

    public static readonly DiagnosticDescriptor Blocks = new(
        "FLOW004", "A handler blocks its thread", "'{0}' holds a thread that the worker's other items need: {1}",
        Category, DiagnosticSeverity.Warning, isEnabledByDefault: true);

    public static readonly DiagnosticDescriptor NotAdded = new(
        "FLOW005", "AddHandlers does not add a handler", "AddHandlers() does not add {0}: {1}",
        Category, DiagnosticSeverity.Warning, isEnabledByDefault: true);
}
