namespace Flow.Tests;

/// <summary>Where things are in this checkout.</summary>
internal static class Repository
{
    public static string Root => Checkout.Root;

    /// <summary>Path of a file or folder below the root.</summary>
    public static string PathOf(params string[] parts) => Path.Combine([Root, .. parts]);

    /// <summary>The built assembly of a project, in the configuration these tests were built in.</summary>
    public static string Assembly(string folder, string name)
    {
        var configuration = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;
        return PathOf(folder, "bin", configuration, "net10.0", name + ".dll");
    }
}
