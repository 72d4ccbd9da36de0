namespace Flow.Cli.Demo;

/// <summary>Finds the text files of a directory.</summary>
internal static class TextFiles
{
    /// <summary>A larger file is left aside: nobody wrote it by hand.</summary>
    private const long MaxFileBytes = 4 * 1024 * 1024;

    /// <summary>A file with a zero byte among the first so many is not text.</summary>
    private const int ProbeBytes = 4096;

    private static readonly HashSet<string> SkippedDirectories = new(["bin", "obj", ".git", ".vs", ".idea", "node_modules", "TestResults"], StringComparer.OrdinalIgnoreCase);

    private static readonly EnumerationOptions Shallow = new() { IgnoreInaccessible = true, AttributesToSkip = FileAttributes.ReparsePoint | FileAttributes.System };

    /// <summary>The first files by path, relative to the directory, and how many more there are.</summary>
    public static Listing List(string directory, int maxFiles, CancellationToken cancellationToken)
    {
        var all = Walk(new DirectoryInfo(directory))
            .TakeWhile(_ => !cancellationToken.IsCancellationRequested)
            .Where(IsText)
            .Select(file => new ListedFile(Path.GetRelativePath(directory, file.FullName), file.Length))
            .OrderBy(file => file.Path, StringComparer.Ordinal)
            .ToList();
        cancellationToken.ThrowIfCancellationRequested();
        return new([.. all.Take(maxFiles)], Math.Max(0, all.Count - maxFiles));
    }

    private static IEnumerable<FileInfo> Walk(DirectoryInfo directory) => directory.EnumerateFiles("*", Shallow)
        .Concat(directory.EnumerateDirectories("*", Shallow).Where(child => !SkippedDirectories.Contains(child.Name)).SelectMany(Walk));

    private static bool IsText(FileInfo file)
    {
        if (file.Length is 0 or > MaxFileBytes)
            return false;
        try
        {
            using var stream = file.OpenRead();
            Span<byte> start = stackalloc byte[ProbeBytes];
            return !start[..stream.ReadAtLeast(start, ProbeBytes, throwOnEndOfStream: false)].Contains((byte)0);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
