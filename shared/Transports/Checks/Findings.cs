namespace Flow.Transports.Checks;

/// <summary>Words of findings.</summary>
internal static class Findings
{
    private const int ShownQueues = 3;

    /// <summary>The first few queues by name, and how many more there are.</summary>
    public static string Name(IReadOnlyList<string> queues) =>
        $"{string.Join(", ", queues.Take(ShownQueues))}{(queues.Count > ShownQueues ? $" and {queues.Count - ShownQueues} more" : "")}";
}
