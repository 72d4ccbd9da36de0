namespace Flow.Deploy.Tests;

/// <summary>The repository these tests were built from.</summary>
internal static class Repository
{
    public static string Root => Checkout.Root;

    public static string PathOf(string file) => Path.Combine(Root, file);

    public static string Read(string file) => File.ReadAllText(PathOf(file));

    /// <summary>The C# sources of the product, without what a build left behind.</summary>
    public static IEnumerable<string> Sources { get; } =
        [.. new[] { "shared", "services", "cli" }.SelectMany(folder => Directory.EnumerateFiles(PathOf(folder), "*.cs", SearchOption.AllDirectories))
            .Where(file => !file.Contains("/obj/", StringComparison.Ordinal) && !file.Contains("/bin/", StringComparison.Ordinal))];
}
