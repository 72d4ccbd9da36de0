using System.Collections.Concurrent;
using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Flow.Worker.Analyzers;

/// <summary>Looks at what handlers are: their names, their types, and whether <c>AddHandlers()</c> reaches them.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class HandlerDeclarationAnalyzer : DiagnosticAnalyzer
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = [HandlerRules.NameTakenTwice, HandlerRules.NoJson, HandlerRules.NotAdded];

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.EnableConcurrentExecution();
        context.RegisterCompilationStartAction(start =>
        {
            if (HandlerTypes.Of(start.Compilation) is not { } types)
                return;
            var added = new ConcurrentBag<(string Name, INamedTypeSymbol Type)>();
            start.RegisterSymbolAction(symbol => Look(symbol, types, added), SymbolKind.NamedType);
            start.RegisterCompilationEndAction(end => LookForTwins(end, added));
        });
    }

    private static void Look(SymbolAnalysisContext context, HandlerTypes types, ConcurrentBag<(string Name, INamedTypeSymbol Type)> added)
    {
        var type = (INamedTypeSymbol)context.Symbol;
        if (types.Declaration(type) is { } declaration)
        {
            if (types.FaultOf(type, context.Compilation) is { } fault)
                Report(context, HandlerRules.NotAdded, type.ToDisplayString(SymbolDisplayFormat.MinimallyQualifiedFormat), fault);
            else if (declaration.ConstructorArguments.Length == 1 && declaration.ConstructorArguments[0].Value is string name)
                added.Add((name, type));
        }

        foreach (var contract in types.Contracts(type))
        {
            if (JsonShape.FaultOf(contract.TypeArguments[0], isRead: true) is { } unreadable)
                Report(context, HandlerRules.NoJson, "input", type.Name, unreadable);
            if (JsonShape.FaultOf(contract.TypeArguments[1], isRead: false) is { } unwritable)
                Report(context, HandlerRules.NoJson, "output", type.Name, unwritable);
        }
    }

    private static void LookForTwins(CompilationAnalysisContext context, IEnumerable<(string Name, INamedTypeSymbol Type)> added)
    {
        foreach (var twins in added.GroupBy(a => a.Name, StringComparer.Ordinal))
        {
            var types = twins.Select(t => t.Type).OrderBy(t => t.ToDisplayString(), StringComparer.Ordinal).ToList();
            foreach (var type in types.Skip(1))
                context.ReportDiagnostic(Diagnostic.Create(HandlerRules.NameTakenTwice, type.Locations[0], twins.Key, types[0].ToDisplayString(), type.ToDisplayString()));
        }
    }

    private static void Report(SymbolAnalysisContext context, DiagnosticDescriptor rule, params object[] arguments) =>
        context.ReportDiagnostic(Diagnostic.Create(rule, context.Symbol.Locations[0], arguments));
}
