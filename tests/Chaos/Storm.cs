namespace Flow.Chaos.Tests;

/// <summary>The long version: random faults by a seed, until the time is up.</summary>
internal static class Storm
{
    public static Task<int> RunAsync(string[] options) => throw new NotSupportedException(string.Join(' ', options));
}
