using Flow.Worker;

namespace Flow.Cli.Demo;

/// <summary>Groups files by their hash. Fails on the first attempt, on purpose, so that the demo shows a retry.</summary>
[NodeHandler("find-duplicates", Queue = DemoWorker.Queue)]
internal sealed class FindDuplicates : INodeHandler<IReadOnlyList<FileDigest>, IReadOnlyList<DuplicateSet>>
{
    public Task<Transition<IReadOnlyList<DuplicateSet>>> HandleAsync(IReadOnlyList<FileDigest> input, NodeContext context)
    {
        if (context.Attempt == 1)
            return Task.FromResult<Transition<IReadOnlyList<DuplicateSet>>>(Transition.Abort("Demo.FailsOnce", "The first attempt fails on purpose; the definition's Retry makes another."));
        var sets = input.GroupBy(file => file.Sha256, StringComparer.Ordinal)
            .Where(group => group.Count() > 1)
            .Select(group => new DuplicateSet(group.Key, group.First().Bytes, [.. group.Select(file => file.Path)]))
            .OrderByDescending(set => set.Bytes * set.Paths.Count);
        return Task.FromResult(Transition.Next<IReadOnlyList<DuplicateSet>>([.. sets]));
    }
}

/// <summary>Picks the largest files.</summary>
[NodeHandler("rank-by-size", Queue = DemoWorker.Queue)]
internal sealed class RankBySize : INodeHandler<IReadOnlyList<FileDigest>, IReadOnlyList<FileDigest>>
{
    private const int Ranked = 5;

    public Task<Transition<IReadOnlyList<FileDigest>>> HandleAsync(IReadOnlyList<FileDigest> input, NodeContext context) =>
        Task.FromResult(Transition.Next<IReadOnlyList<FileDigest>>([.. input.OrderByDescending(file => file.Bytes).Take(Ranked)]));
}

/// <summary>Joins what the other nodes found.</summary>
[NodeHandler("write-report", Queue = DemoWorker.Queue)]
internal sealed class WriteReport : INodeHandler<Findings, DigestReport>
{
    public Task<Transition<DigestReport>> HandleAsync(Findings input, NodeContext context) => Task.FromResult(Transition.Next(new DigestReport(
        input.Directory,
        input.Digests.Count,
        input.LeftOut,
        input.Digests.Sum(file => file.Bytes),
        input.Digests.Sum(file => file.Lines),
        input.Digests.Sum(file => file.Words),
        input.Largest,
        input.Duplicates)));
}
