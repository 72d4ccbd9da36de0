using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace Flow.Worker.Analyzers;

/// <summary>Looks at what handlers do, classes and functions alike: whether they pass on their cancellation, and whether they block.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class HandlerBodyAnalyzer : DiagnosticAnalyzer
{
    private const string Tasks = "System.Threading.Tasks";

    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = [HandlerRules.TokenIgnored, HandlerRules.Blocks];

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.EnableConcurrentExecution();
        context.RegisterCompilationStartAction(start =>
        {
            if (HandlerTypes.Of(start.Compilation) is not { } types)
                return;
            start.RegisterOperationBlockAction(block =>
            {
                if (block.OwningSymbol is IMethodSymbol method && types.Contracts(method.ContainingType).Count > 0)
                    Look([.. block.OperationBlocks.SelectMany(b => b.DescendantsAndSelf())], types, types.IsEntry(method), block.ReportDiagnostic);
            });
            start.RegisterOperationAction(
                lambda =>
                {
                    var function = (IAnonymousFunctionOperation)lambda.Operation;
                    var isInHandler = lambda.ContainingSymbol.ContainingType is { } owner && types.Contracts(owner).Count > 0;
                    if (!isInHandler && function.Symbol.Parameters.Any(p => types.IsContext(p.Type)))
                        Look([.. function.Body.DescendantsAndSelf()], types, isEntry: true, lambda.ReportDiagnostic);
                },
                OperationKind.AnonymousFunction);
        });
    }

    private static void Look(IReadOnlyList<IOperation> operations, HandlerTypes types, bool isEntry, Action<Diagnostic> report)
    {
        foreach (var operation in operations)
        {
            if (Remedy(operation) is { } remedy)
                report(Diagnostic.Create(HandlerRules.Blocks, operation.Syntax.GetLocation(), operation.Syntax.ToString(), remedy));
        }

        if (isEntry && !operations.Any(operation => UsesToken(operation, types)) && operations.OfType<IInvocationOperation>().FirstOrDefault(call => CouldBeCancelled(call, types)) is { } deaf)
            report(Diagnostic.Create(HandlerRules.TokenIgnored, deaf.Syntax.GetLocation(), deaf.TargetMethod.Name));
    }

    /// <summary>What to do in place of what blocks; null: it does not.</summary>
    private static string? Remedy(IOperation operation) => operation switch
    {
        IPropertyReferenceOperation { Property: { Name: "Result", ContainingType: { Name: "Task" or "ValueTask" } owner } } when IsIn(owner, Tasks) => "await it",
        IInvocationOperation { TargetMethod: { Name: "Wait" or "WaitAll" or "WaitAny", ContainingType: { Name: "Task" } owner } } when IsIn(owner, Tasks) => "await it, or Task.WhenAll or WhenAny",
        IInvocationOperation { TargetMethod: { Name: "GetResult", ContainingType: { } owner } } when owner.Name.EndsWith("Awaiter", StringComparison.Ordinal) && IsIn(owner, "System.Runtime.CompilerServices") => "await it",
        IInvocationOperation { TargetMethod: { Name: "Sleep", ContainingType: { Name: "Thread" } owner } } when IsIn(owner, "System.Threading") => "await Task.Delay with context.CancellationToken",
        _ => null,
    };

    /// <summary>Whether the token is taken, or the context given to somebody who may.</summary>
    private static bool UsesToken(IOperation operation, HandlerTypes types) => operation switch
    {
        IPropertyReferenceOperation { Property: { Name: "CancellationToken" } property } when types.IsContext(property.ContainingType) => true,
        IParameterReferenceOperation parameter when IsToken(parameter.Type) => true,
        _ when types.IsContext(operation.Type) => operation.Parent switch
        {
            IMemberReferenceOperation member => member.Instance != operation,
            IInvocationOperation call => call.Instance != operation,
            _ => true,
        },
        _ => false,
    };

    private static bool CouldBeCancelled(IInvocationOperation call, HandlerTypes types)
    {
        var method = call.TargetMethod;
        // What the context offers ends with the attempt by itself.
        if (!IsAwaitable(method.ReturnType) || SymbolEqualityComparer.Default.Equals(method.ContainingAssembly, types.Context.ContainingAssembly))
            return false;
        var tokens = call.Arguments.Where(a => IsToken(a.Parameter?.Type)).ToList();
        return tokens.Count > 0 ? tokens.TrueForAll(IsNone) : method.ContainingType.OriginalDefinition.GetMembers(method.Name).OfType<IMethodSymbol>().Any(other => IsSameWithToken(other, method.OriginalDefinition));
    }

    private static bool IsNone(IArgumentOperation argument)
    {
        var value = argument.Value is IConversionOperation conversion ? conversion.Operand : argument.Value;
        return argument.ArgumentKind == ArgumentKind.DefaultValue || value is IDefaultValueOperation or IPropertyReferenceOperation { Property.Name: "None" };
    }

    private static bool IsSameWithToken(IMethodSymbol other, IMethodSymbol method) =>
        other.DeclaredAccessibility == Accessibility.Public && other.IsStatic == method.IsStatic && other.Parameters.Length == method.Parameters.Length + 1 && IsToken(other.Parameters[method.Parameters.Length].Type)
        && method.Parameters.Zip(other.Parameters, (a, b) => a.Type.ToDisplayString() == b.Type.ToDisplayString()).All(isSame => isSame);

    private static bool IsAwaitable(ITypeSymbol type) =>
        (type.Name is "Task" or "ValueTask" && IsIn(type, Tasks)) || (type.Name is "IAsyncEnumerable" && IsIn(type, "System.Collections.Generic"));

    private static bool IsToken(ITypeSymbol? type) => type is { Name: "CancellationToken" } && IsIn(type, "System.Threading");

    private static bool IsIn(ITypeSymbol type, string space) => type.ContainingNamespace?.ToDisplayString() == space;
}
