using Microsoft.CodeAnalysis;

namespace Flow.Worker.Analyzers;

/// <summary>What of a type has no form in JSON, as far as it can be seen: members of the compilation's own types, and types of others that never have one.</summary>
internal sealed class JsonShape
{
    private static readonly HashSet<string> Formless = new(StringComparer.Ordinal)
    {
        "System.IO.Stream", "System.Type", "System.Reflection.MemberInfo", "System.Threading.CancellationToken", "System.Threading.Tasks.Task", "System.Threading.Tasks.ValueTask",
        "System.Threading.Tasks.ValueTask<TResult>", "System.IntPtr", "System.UIntPtr", "nint", "nuint",
    };

    private readonly HashSet<ITypeSymbol> _seen = new(SymbolEqualityComparer.Default);
    private readonly bool _isRead;

    private JsonShape(bool isRead) => _isRead = isRead;

    /// <summary>Null: nothing.</summary>
    /// <param name="type">The type of an input or output.</param>
    /// <param name="isRead">Whether values of it are made from JSON, which needs more than to write them.</param>
    public static string? FaultOf(ITypeSymbol type, bool isRead) =>
        new JsonShape(isRead).Find(type, type.ToDisplayString(SymbolDisplayFormat.MinimallyQualifiedFormat));

    private string? Find(ITypeSymbol type, string path) => type switch
    {
        IPointerTypeSymbol or IFunctionPointerTypeSymbol => $"{path} is a pointer",
        IArrayTypeSymbol { Rank: > 1 } => $"{path} is an array of several dimensions",
        IArrayTypeSymbol array => Find(array.ElementType, path),
        INamedTypeSymbol named => FindInNamed(named, path),
        _ => null,
    };

    private string? FindInNamed(INamedTypeSymbol type, string path)
    {
        if (type.TypeKind == TypeKind.Delegate)
            return $"{path} is a delegate";
        if (type.IsRefLikeType)
            return $"{path} is a ref struct";
        for (var ancestor = type; ancestor is not null; ancestor = ancestor.BaseType)
        {
            if (Formless.Contains(ancestor.OriginalDefinition.ToDisplayString()))
                return $"{path} is a {type.ToDisplayString(SymbolDisplayFormat.MinimallyQualifiedFormat)}";
        }

        if (HasAttribute(type, "JsonConverterAttribute") || !_seen.Add(type))
            return null;
        if (type.TypeArguments.Select(argument => Find(argument, path)).FirstOrDefault(fault => fault is not null) is { } inner)
            return inner;
        // Types of other assemblies, enums and collections have forms of their own.
        if (!type.Locations.Any(l => l.IsInSource) || type.TypeKind == TypeKind.Enum || type.AllInterfaces.Any(i => i.Name == "IEnumerable"))
            return null;
        return (_isRead ? ConstructorFault(type, path) : null)
            ?? Members(type).Select(member => Find(member.Type, $"{path}.{member.Name}")).FirstOrDefault(fault => fault is not null);
    }

    private static string? ConstructorFault(INamedTypeSymbol type, string path)
    {
        if (type.TypeKind == TypeKind.Interface || type.IsAbstract)
            return HasAttribute(type, "JsonPolymorphicAttribute") || HasAttribute(type, "JsonDerivedTypeAttribute") ? null : $"{path} is abstract and says no [JsonDerivedType]";
        if (type.TypeKind != TypeKind.Class)
            return null;
        var open = type.InstanceConstructors.Where(c => c.DeclaredAccessibility == Accessibility.Public).ToList();
        return open.Count == 1 || open.Exists(c => c.Parameters.IsEmpty) || type.InstanceConstructors.Any(c => HasAttribute(c, "JsonConstructorAttribute"))
            ? null
            : $"{path} has {(open.Count == 0 ? "no public constructor" : "several constructors and no [JsonConstructor]")}";
    }

    private IEnumerable<IPropertySymbol> Members(INamedTypeSymbol type)
    {
        for (var owner = type; owner is { SpecialType: SpecialType.None }; owner = owner.BaseType)
        {
            foreach (var property in owner.GetMembers().OfType<IPropertySymbol>())
            {
                var isSeen = property is { IsStatic: false, IsIndexer: false, DeclaredAccessibility: Accessibility.Public, GetMethod: not null }
                    && !HasAttribute(property, "JsonIgnoreAttribute") && !HasAttribute(property, "JsonConverterAttribute");
                if (isSeen && (!_isRead || IsSet(property, type)))
                    yield return property;
            }
        }
    }

    private static bool IsSet(IPropertySymbol property, INamedTypeSymbol type) =>
        property.SetMethod is not null || type.InstanceConstructors.Any(c => c.Parameters.Any(p => p.Name.Equals(property.Name, StringComparison.OrdinalIgnoreCase)));

    private static bool HasAttribute(ISymbol symbol, string name) => symbol.GetAttributes().Any(a => a.AttributeClass?.Name == name);
}
