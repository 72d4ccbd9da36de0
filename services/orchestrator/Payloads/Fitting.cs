using System.Text;
using System.Text.Json;
using Flow.Contracts;
using Flow.Orchestrator.Runs;
using Flow.Transports;

namespace Flow.Orchestrator.Payloads;

/// <summary>Makes events, and what scopes tell each other, fit into a message, so that no transaction fails for their size. What is left out is in the run's row or its history.</summary>
internal static class Fitting
{
    /// <summary>What an event of the history has besides its cause: names of node, resource and error, ids.</summary>
    private const int EventBytes = 1_024;

    private const int ShortestText = 64;

    private const string Cut = "…";

    /// <summary>The message, or what fits of it.</summary>
    public static T Fit<T>(MessageLimit limit, T message)
        where T : class => limit.SurelyHolds(Estimate(message)) || limit.Holds(message) ? message : Shorten(limit, message);

    private static long Estimate(object message) => message switch
    {
        RunAdvanced m => m.Events.Sum(e => (long)Size(e.Cause) + EventBytes),
        RunSucceeded m => Size(m.Output),
        NodeDeadLettered m => Size(m.Input) + Size(m.Cause),
        RunFailed m => Size(m.Cause),
        RunCancelled m => Size(m.Reason),
        RunPaused m => Size(m.Reason),
        RunRejected m => Size(m.Message),
        ScopeClosed m => Size(m.Cause),
        NodeFailed m => Size(m.Cause) + Size(m.Details ?? default),
        _ => 0,
    };

    private static T Shorten<T>(MessageLimit limit, T message)
        where T : class => (T)(object)(message switch
        {
            RunAdvanced m => Shorten(limit, m),
            RunSucceeded m => m with { Output = default, OutputBytes = Size(m.Output) },
            NodeDeadLettered m => Clip(limit, m with { Input = default, InputBytes = Size(m.Input) }, m.Cause, (d, cause) => d with { Cause = cause }),
            RunFailed m => Clip(limit, m, m.Cause, (f, cause) => f with { Cause = cause }),
            RunCancelled m => Clip(limit, m, m.Reason, (c, reason) => c with { Reason = reason }),
            RunPaused m => Clip(limit, m, m.Reason, (p, reason) => p with { Reason = reason }),
            RunRejected m => Clip(limit, m, m.Message, (r, text) => r with { Message = text! }),
            ScopeClosed m => Clip(limit, m, m.Cause, (c, cause) => c with { Cause = cause }),
            NodeFailed m => Clip(limit, m with { Details = null }, m.Cause, (f, cause) => f with { Cause = cause }),
            _ => message,
        });

    /// <summary>Shortens all causes, and if that is not enough, leaves out events from the middle that are of no attempt.</summary>
    private static RunAdvanced Shorten(MessageLimit limit, RunAdvanced advanced)
    {
        var longest = advanced.Events.Max(e => e.Cause?.Length ?? 0);
        for (var length = longest; !limit.Holds(advanced) && length > ShortestText;)
        {
            length = Math.Max(length / 2, ShortestText);
            advanced = advanced with { Events = [.. advanced.Events.Select(e => e with { Cause = Clip(e.Cause, length) })] };
        }

        var all = advanced.Events;
        for (var ends = all.Count / 2; !limit.Holds(advanced) && ends > 0;)
        {
            ends /= 2;
            var kept = all.Where((e, i) => e.Token is not null || i <= ends || i >= all.Count - 1 - ends).ToList();
            advanced = advanced with { Events = kept, EventsLeftOut = all.Count - kept.Count };
        }

        return advanced;
    }

    private static T Clip<T>(MessageLimit limit, T message, string? text, Func<T, string?, T> with)
        where T : class
    {
        for (var length = text?.Length ?? 0; !limit.Holds(message) && length > ShortestText;)
        {
            length = Math.Max(length / 2, ShortestText);
            message = with(message, Clip(text, length));
        }

        return message;
    }

    private static string? Clip(string? text, int length)
    {
        if (text is null || text.Length <= length)
            return text;
        return text[..(char.IsHighSurrogate(text[length - 1]) ? length - 1 : length)] + Cut;
    }

    private static int Size(string? text) => text is null ? 0 : Encoding.UTF8.GetByteCount(text);

    private static int Size(JsonElement json) => json.ValueKind == JsonValueKind.Undefined ? 0 : Encoding.UTF8.GetByteCount(json.GetRawText());
}
