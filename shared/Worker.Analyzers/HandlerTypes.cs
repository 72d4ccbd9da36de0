using Microsoft.CodeAnalysis;

namespace Flow.Worker.Analyzers;

/// <summary>The types of Flow.Worker that a compilation knows, and which of its own are handlers.</summary>
internal sealed class HandlerTypes
{
    public const string AttributeName = "Flow.Worker.NodeHandlerAttribute";

    private readonly INamedTypeSymbol _attribute;
    private readonly INamedTypeSymbol _handler;
    private readonly INamedTypeSymbol _batchHandler;

    private HandlerTypes(INamedTypeSymbol attribute, INamedTypeSymbol handler, INamedTypeSymbol batchHandler, INamedTypeSymbol context) =>
        (_attribute, _handler, _batchHandler, Context) = (attribute, handler, batchHandler, context);

    /// <summary>NodeContext.</summary>
    public INamedTypeSymbol Context { get; }

    /// <summary>Null: the compilation does not reference Flow.Worker.</summary>
    public static HandlerTypes? Of(Compilation compilation) =>
        compilation.GetTypeByMetadataName(AttributeName) is { } attribute
        && compilation.GetTypeByMetadataName("Flow.Worker.INodeHandler`2") is { } handler
        && compilation.GetTypeByMetadataName("Flow.Worker.IBatchNodeHandler`2") is { } batchHandler
        && compilation.GetTypeByMetadataName("Flow.Worker.NodeContext") is { } context
            ? new HandlerTypes(attribute, handler, batchHandler, context)
            : null;

    public bool IsContext(ITypeSymbol? type) => SymbolEqualityComparer.Default.Equals(type, Context);

    public bool IsBatch(INamedTypeSymbol contract) => SymbolEqualityComparer.Default.Equals(contract.OriginalDefinition, _batchHandler);

    /// <summary>The attribute on a class; null: it has none.</summary>
    public AttributeData? Declaration(INamedTypeSymbol type) => type.GetAttributes().FirstOrDefault(a => SymbolEqualityComparer.Default.Equals(a.AttributeClass, _attribute));

    /// <summary>How a class implements the interfaces of handlers: for one that is well, once.</summary>
    public IReadOnlyList<INamedTypeSymbol> Contracts(INamedTypeSymbol type) =>
        [.. type.AllInterfaces.Where(i => IsBatch(i) || SymbolEqualityComparer.Default.Equals(i.OriginalDefinition, _handler))];

    /// <summary>Whether a method is what the worker calls.</summary>
    public bool IsEntry(IMethodSymbol method) => Contracts(method.ContainingType).Any(contract =>
        SymbolEqualityComparer.Default.Equals(method, method.ContainingType.FindImplementationForInterfaceMember(contract.GetMembers("HandleAsync")[0])));

    /// <summary>Why <c>AddHandlers()</c> cannot add a class that has the attribute; null: it can.</summary>
    public string? FaultOf(INamedTypeSymbol type, Compilation compilation)
    {
        var contracts = Contracts(type);
        if (contracts.Count != 1)
            return $"it implements INodeHandler<TInput, TOutput> {contracts.Count} times; implement it, or IBatchNodeHandler<TInput, TOutput>, once";
        if (type.IsAbstract)
            return "it is abstract; put the attribute on the classes that are to be called";
        for (var outer = type; outer is not null; outer = outer.ContainingType)
        {
            if (outer.IsGenericType)
                return "it is generic; add it yourself, with AddHandler<THandler, TInput, TOutput>, for each of the types it is to serve";
            if (outer.IsFileLocal)
                return "it can be seen in its file only; make it internal";
        }

        ISymbol[] named = [type, .. contracts[0].TypeArguments];
        return named.FirstOrDefault(symbol => !compilation.IsSymbolAccessibleWithin(symbol, compilation.Assembly)) is { } hidden
            ? $"{hidden.ToDisplayString(SymbolDisplayFormat.MinimallyQualifiedFormat)} cannot be seen from the rest of the assembly; make it internal"
            : null;
    }
}
