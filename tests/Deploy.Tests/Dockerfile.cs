using System.Text.Json;
using System.Text.RegularExpressions;

namespace Flow.Deploy.Tests;

/// <summary>A Dockerfile, as its instructions.</summary>
internal sealed partial record Dockerfile(IReadOnlyList<(string Name, string Arguments)> Instructions)
{
    public static Dockerfile Parse(string text)
    {
        var lines = Continuation().Replace(text, " ").Split('\n').Select(line => line.Trim()).Where(line => line.Length > 0 && line[0] != '#');
        return new([.. lines.Select(line => line.Split((char[]?)null, 2, StringSplitOptions.RemoveEmptyEntries)).Select(parts => (parts[0].ToUpperInvariant(), parts.ElementAtOrDefault(1) ?? ""))]);
    }

    public IEnumerable<string> All(string instruction) => Instructions.Where(one => one.Name == instruction).Select(one => one.Arguments);

    /// <summary>What is copied from the repository, as paths from its root.</summary>
    public IEnumerable<string> CopiedPaths =>
        All("COPY").Where(arguments => !arguments.StartsWith("--from=", StringComparison.Ordinal)).SelectMany(arguments => arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries).SkipLast(1));

    public string? HealthCheckCommand =>
        All("HEALTHCHECK").Select(arguments => arguments[(arguments.IndexOf("CMD", StringComparison.Ordinal) + 3)..])
            .Select(command => JsonSerializer.Deserialize<string[]>(command)![2]).SingleOrDefault();

    /// <summary>What is wrong with it, as sentences.</summary>
    public IEnumerable<string> Violations(Func<string, bool> exists)
    {
        foreach (var image in All("FROM").Select(arguments => arguments.Split(' ')[0]))
            if (!image.Contains(':', StringComparison.Ordinal) || image.EndsWith(":latest", StringComparison.Ordinal))
                yield return $"FROM {image} floats: name a version";
        foreach (var path in CopiedPaths.Where(path => !exists(path)))
            yield return $"COPY {path}: there is no such file";
        if (All("USER").LastOrDefault() is null or "root" or "0")
            yield return "the process runs as root: set USER";
        if (Instructions.Any(one => one.Name == "ADD"))
            yield return "ADD unpacks and downloads: use COPY";
        if (All("ENTRYPOINT").LastOrDefault()?.StartsWith('[') != true)
            yield return "ENTRYPOINT is not in its JSON form: signals would stop at a shell";
    }

    [GeneratedRegex(@"\\\n")]
    private static partial Regex Continuation();
}
