using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace Flow.Architecture.Tests;

/// <summary>What an assembly of pure functions may not touch, read from the references in its metadata.</summary>
internal static class Purity
{
    private static readonly string[] ForbiddenNamespaces =
        ["System.Threading", "System.Net", "System.IO.Pipes", "System.Security.Cryptography.X509Certificates", "Microsoft.Extensions", "System.Timers"];

    private static readonly HashSet<string> ForbiddenTypes = new(StringComparer.Ordinal)
    {
        "System.Random", "System.TimeProvider", "System.Console", "System.Diagnostics.Stopwatch", "System.Diagnostics.Process",
        "System.Security.Cryptography.RandomNumberGenerator", "System.IO.File", "System.IO.Directory", "System.IO.FileStream", "System.IO.FileInfo",
        "System.IO.DirectoryInfo", "System.IO.StreamReader", "System.IO.StreamWriter",
    };

    private static readonly HashSet<string> ForbiddenMembers = new(StringComparer.Ordinal)
    {
        "System.DateTime.get_Now", "System.DateTime.get_UtcNow", "System.DateTime.get_Today", "System.DateTimeOffset.get_Now", "System.DateTimeOffset.get_UtcNow",
        "System.Guid.NewGuid", "System.Guid.CreateVersion7", "System.Environment.get_TickCount", "System.Environment.get_TickCount64",
        "System.Environment.GetEnvironmentVariable", "System.Environment.get_MachineName",
    };

    public static IEnumerable<string> Violations(string assemblyPath)
    {
        using var reader = new PEReader(File.OpenRead(assemblyPath));
        var metadata = reader.GetMetadataReader();
        var types = metadata.TypeReferences.Select(handle => TypeName(metadata, handle)).Where(IsForbidden);
        var members = metadata.MemberReferences.Select(handle => MemberName(metadata, handle)).Where(ForbiddenMembers.Contains);
        return [.. types.Concat(members).Distinct(StringComparer.Ordinal).Select(name => $"{Path.GetFileName(assemblyPath)} uses {name}")];
    }

    private static bool IsForbidden(string type) =>
        ForbiddenTypes.Contains(type) || ForbiddenNamespaces.Any(space => type.StartsWith(space + ".", StringComparison.Ordinal));

    private static string TypeName(MetadataReader metadata, TypeReferenceHandle handle)
    {
        var type = metadata.GetTypeReference(handle);
        var name = metadata.GetString(type.Name);
        return type.ResolutionScope.Kind == HandleKind.TypeReference
            ? $"{TypeName(metadata, (TypeReferenceHandle)type.ResolutionScope)}.{name}"
            : $"{metadata.GetString(type.Namespace)}.{name}";
    }

    private static string MemberName(MetadataReader metadata, MemberReferenceHandle handle)
    {
        var member = metadata.GetMemberReference(handle);
        var name = metadata.GetString(member.Name);
        return member.Parent.Kind == HandleKind.TypeReference ? $"{TypeName(metadata, (TypeReferenceHandle)member.Parent)}.{name}" : name;
    }
}
