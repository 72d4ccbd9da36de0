using System.Security.Cryptography;
using Flow.Worker;

namespace Flow.Cli.Demo;

/// <summary>Lists the text files of a directory, up to a bound.</summary>
[NodeHandler("list-files", Queue = DemoWorker.Queue)]
internal sealed class ListFiles : INodeHandler<DigestRequest, Listing>
{
    public Task<Transition<Listing>> HandleAsync(DigestRequest input, NodeContext context)
    {
        Transition<Listing> answer = Directory.Exists(input.Directory)
            ? TextFiles.List(input.Directory, input.MaxFiles, context.CancellationToken)
            : Transition.Abort("Demo.DirectoryNotFound", $"There is no directory '{input.Directory}'. Name one that exists: flow demo <directory>");
        return Task.FromResult(answer);
    }
}

/// <summary>Hashes a file with SHA-256.</summary>
[NodeHandler("hash-file", Queue = DemoWorker.Queue)]
internal sealed class HashFile : INodeHandler<FileToRead, FileHash>
{
    public async Task<Transition<FileHash>> HandleAsync(FileToRead input, NodeContext context) =>
        new FileHash(input.Path, await Sha256Async(input.FullPath, context.CancellationToken));

    public static async Task<string> Sha256Async(string path, CancellationToken cancellationToken)
    {
        await using var stream = File.OpenRead(path);
        return Convert.ToHexStringLower(await SHA256.HashDataAsync(stream, cancellationToken));
    }
}

/// <summary>Counts the bytes, lines and words of a file, as <c>wc</c> does.</summary>
[NodeHandler("count-words", Queue = DemoWorker.Queue)]
internal sealed class CountWords : INodeHandler<FileToRead, FileCounts>
{
    private const int BufferBytes = 64 * 1024;

    public async Task<Transition<FileCounts>> HandleAsync(FileToRead input, NodeContext context) => await CountAsync(input, context.CancellationToken);

    public static async Task<FileCounts> CountAsync(FileToRead input, CancellationToken cancellationToken)
    {
        var (bytes, lines, words, inWord) = (0L, 0L, 0L, false);
        var buffer = new byte[BufferBytes];
        await using var stream = File.OpenRead(input.FullPath);
        while (await stream.ReadAsync(buffer, cancellationToken) is > 0 and var read)
        {
            bytes += read;
            foreach (var character in buffer.AsSpan(0, read))
            {
                if (character == '\n')
                    lines++;
                var isSpace = character is (byte)' ' or (>= (byte)'\t' and <= (byte)'\r');
                if (!isSpace && !inWord)
                    words++;
                inWord = !isSpace;
            }
        }

        return new(input.Path, bytes, lines, words);
    }
}

/// <summary>Hashes and counts a file in one go.</summary>
[NodeHandler("digest-file", Queue = DemoWorker.Queue)]
internal sealed class DigestFile : INodeHandler<FileToRead, FileDigest>
{
    public async Task<Transition<FileDigest>> HandleAsync(FileToRead input, NodeContext context)
    {
        var counts = await CountWords.CountAsync(input, context.CancellationToken);
        return new FileDigest(input.Path, counts.Bytes, counts.Lines, counts.Words, await HashFile.Sha256Async(input.FullPath, context.CancellationToken));
    }
}
