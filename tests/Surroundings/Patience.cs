namespace Flow.Tests;

/// <summary>How long a test waits for what has to happen. Only a test that fails waits so long, so it is long enough for a machine that has much else to do.</summary>
internal static class Patience
{
    public const int Seconds = 120;

    public static TimeSpan Limit { get; } = TimeSpan.FromSeconds(Seconds);
}
