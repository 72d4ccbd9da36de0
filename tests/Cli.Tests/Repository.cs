namespace Flow.Cli.Tests;

/// <summary>The repository under test.</summary>
internal static class Repository
{
    public static string Root { get; } = Find();

    public static string File(params string[] parts) => Path.Combine([Root, .. parts]);

    private static string Find()
    {
        for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            if (System.IO.File.Exists(Path.Combine(at.FullName, "Flow.sln")))
                return at.FullName;
        }

        throw new InvalidOperationException("The tests do not run inside the repository.");
    }
}
