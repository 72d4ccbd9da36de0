namespace Flow.EndToEnd.Tests.Processes;

/// <summary>Where things are in this checkout.</summary>
internal static class Repository
{
    public static string Root { get; } = Find();

    /// <summary>Path of a file or folder below the root.</summary>
    public static string PathOf(params string[] parts) => Path.Combine([Root, .. parts]);

    /// <summary>The built assembly of a project, in the configuration these tests were built in.</summary>
    public static string Assembly(string folder, string name)
    {
        var configuration = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;
        return PathOf(folder, "bin", configuration, "net10.0", name + ".dll");
    }

    private static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "Flow.sln")))
                return folder.FullName;
        throw new InvalidOperationException($"No Flow.sln above {AppContext.BaseDirectory}.");
    }
}
