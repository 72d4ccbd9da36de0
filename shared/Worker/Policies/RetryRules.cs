using System.Data.Common;
using System.Net;
using System.Net.Sockets;

namespace Flow.Worker.Policies;

/// <summary>When a handler is called again within an attempt, and how long before that.</summary>
internal sealed record RetryRules(
    int MaxAttempts, TimeSpan FirstDelay, double Factor, TimeSpan MaxDelay, double Jitter, TimeSpan? Budget, IReadOnlySet<string> On, IReadOnlySet<string> Never)
{
    /// <summary>The delay after so many calls that failed.</summary>
    /// <param name="calls">Calls so far, from 1.</param>
    /// <param name="chance">0 to 1, the upper bound not included.</param>
    public TimeSpan DelayAfter(int calls, double chance)
    {
        var full = Math.Min(MaxDelay.TotalSeconds, FirstDelay.TotalSeconds * Math.Pow(Factor, calls - 1));
        return TimeSpan.FromSeconds(full * (1 - (Jitter * chance)));
    }

    /// <summary>How long to wait before the next call; null: there is none.</summary>
    /// <param name="calls">Calls so far, from 1.</param>
    /// <param name="error">Name of the error of the last one.</param>
    /// <param name="exception">What it threw; null: it decided for Abort.</param>
    /// <param name="elapsed">Time since the start of the attempt.</param>
    /// <param name="timeout">Limit of the attempt.</param>
    /// <param name="chance">0 to 1, the upper bound not included.</param>
    public TimeSpan? NextDelay(int calls, string error, Exception? exception, TimeSpan elapsed, TimeSpan timeout, double chance)
    {
        if (calls >= MaxAttempts || !IsTransient(error, exception))
            return null;
        var delay = DelayAfter(calls, chance);
        if (exception is RetryAfterException { Delay: var wished } && wished > delay)
            delay = wished;
        var limit = Budget < timeout ? Budget.Value : timeout;
        return elapsed + delay < limit ? delay : null;
    }

    /// <summary>Whether another call may do better.</summary>
    public bool IsTransient(string error, Exception? exception) =>
        !IsNever(error, exception) && (Names(error, exception).Any(On.Contains) || (exception is not null && IsTransientByDefault(exception)));

    /// <summary>Whether the error says that the item is at fault.</summary>
    public bool IsNever(string error, Exception? exception) => Never.Count > 0 && Names(error, exception).Any(Never.Contains);

    private static IEnumerable<string> Names(string error, Exception? exception)
    {
        yield return error;
        for (var type = exception?.GetType(); type is not null; type = type.BaseType)
            yield return type.FullName!;
    }

    private static bool IsTransientByDefault(Exception exception) => exception switch
    {
        RetryAfterException => true,
        HttpRequestException { StatusCode: { } status } => status is HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests || (int)status >= 500,
        HttpRequestException => true,
        // How HttpClient says that its own timeout is up.
        TaskCanceledException { InnerException: TimeoutException } => true,
        FileNotFoundException or DirectoryNotFoundException or DriveNotFoundException or PathTooLongException => false,
        DbException database => database.IsTransient,
        TimeoutException or IOException or SocketException => true,
        _ => false,
    };
}
