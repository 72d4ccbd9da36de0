namespace Flow.Testing;

/// <summary>States in words.</summary>
internal static class Words
{
    public static string For(AttemptState state) => state switch
    {
        AttemptState.Outstanding => "is outstanding",
        AttemptState.Succeeded => "succeeded",
        AttemptState.Failed => "failed",
        AttemptState.TimedOut => "timed out",
        _ => "was cancelled",
    };

    public static string For(WorkflowRun run) => run.State switch
    {
        RunState.Running => $"is still under way: it waits at {string.Join(", ", run.Waiting.Take(10).Select(w => $"'{w}'"))}",
        RunState.Succeeded => $"succeeded with {Short(run.Output.GetRawText())}",
        RunState.Failed => $"failed with {run.Error ?? "no error name"}: {run.Cause ?? "no cause"}",
        RunState.TimedOut => $"timed out: {run.Cause}",
        _ => "was cancelled",
    };

    public static string Short(string text) => text.Length <= 2_000 ? text : text[..2_000] + "…";
}
