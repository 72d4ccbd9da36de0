namespace Flow.Transports.Tests;

/// <summary>Waits for a condition; fails with its text when it does not come true in time.</summary>
internal static class Until
{
    public static Task TrueAsync(
        Func<bool> condition, int seconds = Patience.Seconds, [System.Runtime.CompilerServices.CallerArgumentExpression(nameof(condition))] string text = "") =>
        TrueAsync(() => Task.FromResult(condition()), seconds, text);

    public static async Task TrueAsync(
        Func<Task<bool>> condition, int seconds = Patience.Seconds, [System.Runtime.CompilerServices.CallerArgumentExpression(nameof(condition))] string text = "")
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(seconds));
        try
        {
            while (!await condition())
                await timer.WaitForNextTickAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            Assert.Fail($"Not true within {seconds} s: {text}");
        }
    }
}
