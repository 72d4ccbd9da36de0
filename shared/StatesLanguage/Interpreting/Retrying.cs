namespace Flow.StatesLanguage.Interpreting;

/// <summary>Another attempt after a delay.</summary>
internal static class Retrying
{
    /// <summary>Goes into the delay before the next attempt; false when no Retrier names the error, or the one that does is used up.</summary>
    public static bool Retry(Walk walk, Failure failure)
    {
        var retriers = walk.Node.Retry;
        var chosen = retriers.Index().FirstOrDefault(r => failure.IsRetriedBy(r.Item.Errors));
        if (chosen.Item is not { } retrier)
            return false;

        var retries = walk.Scope.Retries.Count == retriers.Count ? [.. walk.Scope.Retries] : new int[retriers.Count];
        var used = retries[chosen.Index]++;
        if (used >= retrier.MaxAttempts)
            return false;

        walk.Trace?.Retrier = chosen.Index;
        var delay = TimeSpan.FromSeconds(retrier.DelaySeconds(used, walk.Randomness));
        var token = walk.NewToken();
        walk.Scope = walk.Scope with { Token = token, Retries = retries, TaskInput = default, DispatchedAt = null, HeartbeatSeconds = null, Vitals = null, Children = null, MapStage = null, FailedGroup = null };
        walk.Issue(new Command.StartTimer(token, TimerKind.Retry, walk.Now + delay));
        return true;
    }
}
