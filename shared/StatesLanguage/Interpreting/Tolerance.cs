using Flow.StatesLanguage.Expressions;
using Flow.StatesLanguage.States;

namespace Flow.StatesLanguage.Interpreting;

/// <summary>How many iterations of a Map may fail.</summary>
internal static class Tolerance
{
    /// <summary>Whether failures count against a threshold, instead of failing the Map with their own error.</summary>
    public static bool IsSet(MapState map) => map.IsDistributed || map.ToleratedFailureCount is not null || map.ToleratedFailurePercentage is not null;

    public static bool Covers(Walk walk, OpenChildren children) => walk.Node is MapState map && children.Failed <= Of(walk, map, children.Total);

    /// <summary>The error of a Map in which more failed; the last of them is told, as far as it says anything.</summary>
    public static Failure Exceeded(Signal.ChildClosed last) => new(
        "States.ExceedToleratedFailureThreshold",
        "The specified tolerated failure threshold was exceeded" + (last.Error is null && last.Cause is null ? "" : $", at last by {last.Error ?? "no error name"}: {last.Cause}"));

    /// <summary>The greatest number of failures tolerated: the smaller of what both fields allow, as exceeding either fails the Map.</summary>
    /// <exception cref="EvaluationException">A path leads to no such number.</exception>
    public static int Of(Walk walk, MapState map, int total)
    {
        if (map.ToleratedFailureCount is null && map.ToleratedFailurePercentage is null)
            return 0;

        var seeing = walk.Seeing(Entering.Selected(walk));
        var byCount = map.ToleratedFailureCount is null ? total : Numbers.Integer(map.ToleratedFailureCount, seeing, 0, int.MaxValue);
        var share = map.ToleratedFailurePercentage is null ? 100 : Numbers.Real(map.ToleratedFailurePercentage, seeing, 0, 100);
        if (map.ToleratedFailureCount is not null)
            walk.Trace?.Note("toleratedFailureCount", byCount);
        if (map.ToleratedFailurePercentage is not null)
            walk.Trace?.Note("toleratedFailurePercentage", share);
        return Math.Min(byCount, (int)Math.Floor(total * share / 100));
    }
}
