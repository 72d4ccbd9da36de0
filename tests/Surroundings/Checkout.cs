namespace Flow.Tests;

/// <summary>The checkout that the tests were built in.</summary>
internal static class Checkout
{
    /// <summary>The folder of Flow.sln.</summary>
    public static string Root { get; } = Find();

    private static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Flow.sln")))
                return folder.FullName;
        }

        throw new InvalidOperationException($"No Flow.sln above {AppContext.BaseDirectory}.");
    }
}
