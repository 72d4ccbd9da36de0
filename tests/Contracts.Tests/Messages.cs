using System.Reflection;

namespace Flow.Contracts.Tests;

/// <summary>The messages among the contracts: the records that no other contract holds as a part.</summary>
internal static class Messages
{
    private static readonly Assembly Contracts = typeof(StartRun).Assembly;

    public static IReadOnlyList<Type> All { get; } = Find();

    public static TheoryData<Type> AsTheory() => new(All);

    public static string Urn(Type message) => $"urn:message:{message.Namespace}:{message.Name}";

    private static List<Type> Find()
    {
        var records = Contracts.GetExportedTypes()
            .Where(type => type is { Namespace: "Flow.Contracts", IsClass: true, IsSealed: true, IsAbstract: false })
            .ToList();
        var parts = records.SelectMany(type => type.GetProperties()).SelectMany(property => Mentioned(property.PropertyType)).ToHashSet();
        return records.Where(type => !parts.Contains(type)).OrderBy(type => type.Name, StringComparer.Ordinal).ToList();
    }

    private static IEnumerable<Type> Mentioned(Type type) => type.GetGenericArguments().SelectMany(Mentioned).Append(type);
}
