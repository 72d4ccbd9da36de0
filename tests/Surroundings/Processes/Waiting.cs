using System.Diagnostics;

namespace Flow.Tests;

/// <summary>Waiting for a condition, never for a time.</summary>
internal static class Waiting
{
    /// <summary>Looks until the condition holds; a failure names what was waited for and what was seen last.</summary>
    public static Task<T> UntilAsync<T>(string what, Func<Task<T>> look, Func<T, bool> holds, TimeSpan? limit = null) => UntilAsync(() => what, look, holds, limit);

    /// <summary>As above; what is said in a failure is asked for only then.</summary>
    public static async Task<T> UntilAsync<T>(Func<string> what, Func<Task<T>> look, Func<T, bool> holds, TimeSpan? limit = null)
    {
        var clock = Stopwatch.StartNew();
        var max = limit ?? Patience.Limit;
        object? last = null;
        while (clock.Elapsed < max)
        {
            try
            {
                var seen = await look();
                if (holds(seen))
                    return seen;
                last = seen;
            }
            catch (Exception exception) when (exception is HttpRequestException or IOException or OperationCanceledException)
            {
                last = exception.Message;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System);
        }

        throw new TimeoutException($"Waited {max.TotalSeconds:0} s for {what()}; saw last: {last}");
    }
}
