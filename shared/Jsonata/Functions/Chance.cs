using Flow.Jsonata.Evaluation;

namespace Flow.Jsonata.Functions;

/// <summary>What is drawn from the environment's random bits.</summary>
internal static class Chance
{
    /// <summary>At least 0 and less than 1.</summary>
    public static double Next(Evaluator evaluator) => Of(Bits(evaluator));

    public static ulong Bits(Evaluator evaluator) => evaluator.Environment.NextBits?.Invoke() ?? 0;

    public static double Of(ulong bits) => (bits >> 11) * (1.0 / (1UL << 53));
}
