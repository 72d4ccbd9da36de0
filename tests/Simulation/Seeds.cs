namespace Flow.Simulation.Tests;

/// <summary>Seeds that found a fault when they were new.</summary>
internal static class Seeds
{
    public static readonly int[] Kept = [15019];
}
