using System.Text.RegularExpressions;

namespace Flow.Deploy.Tests;

/// <summary>
/// The settings the product reads, found in its sources: a key that is a literal; or a section that is a literal, and a property in a file that
/// names this section (options say in their doc comment, or in a constant, which section they are).
/// </summary>
internal static partial class Settings
{
    public static bool Exists(string key, IReadOnlyCollection<string> sources)
    {
        if (key.StartsWith("ConnectionStrings:", StringComparison.Ordinal))
            return sources.Any(text => text.Contains($"GetConnectionString(\"{key["ConnectionStrings:".Length..]}\")", StringComparison.Ordinal));
        return IsLiteral(key, sources) || Sections(key).Any(section => IsLiteral(section.Section, sources) && sources.Any(text => Declares(text, section.Section, section.Property)));
    }

    public static string FromEnvironment(string variable) => variable.Replace("__", ":", StringComparison.Ordinal);

    /// <summary>The keys a text mentions: Flow:Worker:Queues, or Flow__Worker__Queues.</summary>
    public static IEnumerable<string> Mentioned(string text) => Key().Matches(text).Select(match => FromEnvironment(match.Value)).Distinct();

    // Flow:Worker:Queues:0 and Flow:Worker:Exec:Commands:grep are entries of a property.
    private static IEnumerable<(string Section, string Property)> Sections(string key)
    {
        var parts = key.Split(':');
        for (var property = 1; property < parts.Length; property++)
            yield return (string.Join(':', parts[..property]), parts[property]);
    }

    private static bool IsLiteral(string key, IEnumerable<string> sources) => sources.Any(text => text.Contains($"\"{key}\"", StringComparison.Ordinal));

    private static bool Declares(string text, string section, string property) =>
        Regex.IsMatch(text, $@"{Regex.Escape(section)}(:\*|[^:\w])") && Regex.IsMatch(text, $@"\b{Regex.Escape(property)} {{ get; (set|init); }}");

    [GeneratedRegex(@"\b(Flow|ConnectionStrings)((:|__)[A-Z][A-Za-z]*)+")]
    private static partial Regex Key();
}
