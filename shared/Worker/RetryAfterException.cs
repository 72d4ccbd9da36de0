using System.Net;

namespace Flow.Worker;

/// <summary>
/// What the handler called is not available now, and says when it is again. Thrown by a handler it is a transient failure: where the handler's policy has calls left
/// (<see cref="CallPolicy.RetryMaxAttempts"/>), the next one begins no sooner than after <see cref="Delay"/>, and if that is beyond the attempt's time, the attempt fails at once.
/// </summary>
public sealed class RetryAfterException : Exception
{
    /// <summary>Says when to try again.</summary>
    /// <param name="delay">Time from now; less than nothing counts as nothing.</param>
    /// <param name="message">What happened; becomes the Cause.</param>
    /// <param name="inner">The exception behind it.</param>
    public RetryAfterException(TimeSpan delay, string? message = null, Exception? inner = null)
        : base(message ?? $"Not available now; to be tried again after {Bounded(delay).TotalSeconds} s.", inner) =>
        Delay = Bounded(delay);

    /// <summary>Time from when it was thrown.</summary>
    public TimeSpan Delay { get; }

    /// <summary>Throws if the response is 429 or 503 and has a Retry-After, in seconds or as a date; else does nothing.</summary>
    /// <param name="response">The response.</param>
    /// <param name="now">The time, for a date.</param>
    /// <exception cref="RetryAfterException">The response says when to try again.</exception>
    public static void ThrowIfAsked(HttpResponseMessage response, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(response);
        if (response.StatusCode is not (HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable) || response.Headers.RetryAfter is not { } asked)
            return;
        if ((asked.Delta ?? (asked.Date - now)) is { } delay)
            throw new RetryAfterException(delay, $"{(int)response.StatusCode} {response.ReasonPhrase}; to be tried again after {Bounded(delay).TotalSeconds:0.###} s.");
    }

    private static TimeSpan Bounded(TimeSpan delay) => delay < TimeSpan.Zero ? TimeSpan.Zero : delay;
}
