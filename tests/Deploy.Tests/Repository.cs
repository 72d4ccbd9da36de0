namespace Flow.Deploy.Tests;

/// <summary>The repository these tests were built from.</summary>
internal static class Repository
{
    public static string Root { get; } = FindRoot();

    public static string PathOf(string file) => Path.Combine(Root, file);

    public static string Read(string file) => File.ReadAllText(PathOf(file));

    /// <summary>The C# sources of the product, without what a build left behind.</summary>
    public static IEnumerable<string> Sources { get; } =
        [.. new[] { "shared", "services", "cli" }.SelectMany(folder => Directory.EnumerateFiles(PathOf(folder), "*.cs", SearchOption.AllDirectories))
            .Where(file => !file.Contains("/obj/", StringComparison.Ordinal) && !file.Contains("/bin/", StringComparison.Ordinal))];

    private static string FindRoot()
    {
        for (var directory = new DirectoryInfo(AppContext.BaseDirectory); directory is not null; directory = directory.Parent)
            if (File.Exists(Path.Combine(directory.FullName, "Flow.sln")))
                return directory.FullName;
        throw new InvalidOperationException($"No Flow.sln above {AppContext.BaseDirectory}.");
    }
}
