using System.Text.Json;

namespace Flow.Jsonata;

/// <summary>What an evaluation sees besides its expression. All time and chance come from here: the same environment gives the same value.</summary>
public sealed record JsonataEnvironment
{
    /// <summary>What <c>$</c> is at the top; undefined: nothing.</summary>
    public JsonElement Input { get; init; }

    /// <summary>The value of a variable, asked for by name without <c>$</c> when it is first read; null: it has no value. It hides a built-in function of the name.</summary>
    public Func<string, JsonataValue?>? Variable { get; init; }

    /// <summary>The time of <c>$now</c> and <c>$millis</c>, the same for the whole evaluation. Default: the beginning of the Unix era.</summary>
    public DateTimeOffset Now { get; init; } = DateTimeOffset.UnixEpoch;

    /// <summary>64 random bits for each call, for <c>$random</c>, <c>$shuffle</c> and <c>$uuid</c>; null: zeros.</summary>
    public Func<ulong>? NextBits { get; init; }

    /// <summary>What the evaluation may use up.</summary>
    public JsonataLimits Limits { get; init; } = JsonataLimits.Default;
}

/// <summary>What one evaluation may use up; more is a <see cref="JsonataException"/> with the code U1001.</summary>
/// <param name="MaxSteps">Most nodes evaluated and items visited: the bound on time, the same on every machine.</param>
/// <param name="MaxDepth">Deepest nesting of evaluations; a call that is not a tail call takes about three, and a path or an operator within it one more each.</param>
/// <param name="MaxBytes">Most memory of values made during the evaluation, estimated.</param>
public sealed record JsonataLimits(long MaxSteps, int MaxDepth, long MaxBytes)
{
    /// <summary>10 million steps, 2,000 deep, 64 MiB.</summary>
    public static readonly JsonataLimits Default = new(10_000_000, 2_000, 64L * 1024 * 1024);
}
