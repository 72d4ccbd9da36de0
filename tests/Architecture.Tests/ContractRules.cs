using System.Reflection;
using System.Runtime.CompilerServices;
using System.Xml.Linq;

namespace Flow.Architecture.Tests;

/// <summary>What a public type of the contracts must be: immutable, closed for derivation, documented.</summary>
internal static class ContractRules
{
    private const BindingFlags Own = BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly;

    public static IEnumerable<string> Shape(IEnumerable<Type> types) => types.Where(type => !type.IsEnum && !IsStatic(type)).SelectMany(Shape);

    public static IEnumerable<string> Documentation(IEnumerable<Type> types, XDocument comments)
    {
        var summaries = comments.Descendants("member").ToDictionary(member => member.Attribute("name")!.Value, member => member, StringComparer.Ordinal);
        foreach (var type in types)
        {
            var name = type.FullName!.Replace('+', '.');
            if (!summaries.TryGetValue($"T:{name}", out var summary) || summary.IsEmpty)
            {
                yield return $"{type} has no doc comment";
                continue;
            }

            var positional = summary.Elements("param").Select(param => param.Attribute("name")!.Value).ToHashSet(StringComparer.Ordinal);
            foreach (var property in type.GetProperties(Own).Where(property => !positional.Contains(property.Name) && property.Name != "EqualityContract"))
                if (!summaries.ContainsKey($"P:{name}.{property.Name}"))
                    yield return $"{type}.{property.Name} has no doc comment";
        }
    }

    private static IEnumerable<string> Shape(Type type)
    {
        if (type.GetMethod("<Clone>$") is null)
            yield return $"{type} is not a record";
        if (!type.IsSealed && !type.IsAbstract)
            yield return $"{type} is neither sealed nor abstract";
        foreach (var property in type.GetProperties(Own))
            if (property.SetMethod is { IsPublic: true } set && !set.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(IsExternalInit)))
                yield return $"{type}.{property.Name} can be set after construction: make it init";
    }

    private static bool IsStatic(Type type) => type is { IsAbstract: true, IsSealed: true };
}
