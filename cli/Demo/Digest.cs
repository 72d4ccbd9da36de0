namespace Flow.Cli.Demo;

/// <summary>Input of the run and of its first node.</summary>
internal sealed record DigestRequest(string Directory, int MaxFiles);

/// <param name="Files">The text files, by path; paths are relative to the directory.</param>
/// <param name="LeftOut">How many more there are beyond the bound.</param>
internal sealed record Listing(IReadOnlyList<ListedFile> Files, int LeftOut);

internal sealed record ListedFile(string Path, long Bytes);

/// <summary>Input of the nodes that read one file.</summary>
internal sealed record FileToRead(string Directory, string Path)
{
    public string FullPath => System.IO.Path.Combine(Directory, Path);
}

internal sealed record FileHash(string Path, string Sha256);

internal sealed record FileCounts(string Path, long Bytes, long Lines, long Words);

internal sealed record FileDigest(string Path, long Bytes, long Lines, long Words, string Sha256);

/// <summary>Files with equal content.</summary>
internal sealed record DuplicateSet(string Sha256, long Bytes, IReadOnlyList<string> Paths);

/// <summary>Input of the node that writes the report.</summary>
internal sealed record Findings(string Directory, int LeftOut, IReadOnlyList<FileDigest> Digests, IReadOnlyList<DuplicateSet> Duplicates, IReadOnlyList<FileDigest> Largest);

/// <summary>Output of the run.</summary>
internal sealed record DigestReport(
    string Directory,
    int Files,
    int LeftOut,
    long Bytes,
    long Lines,
    long Words,
    IReadOnlyList<FileDigest> Largest,
    IReadOnlyList<DuplicateSet> Duplicates);
