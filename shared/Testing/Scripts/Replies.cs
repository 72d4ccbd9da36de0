using System.Text.Json;
using Flow.StatesLanguage;
using Flow.Testing.Driving;

namespace Flow.Testing.Scripts;

/// <summary>Replies as the engine takes them.</summary>
internal static class Replies
{
    public static Answer ToAnswer(Reply reply, Resource resource, JsonSerializerOptions json)
    {
        Answer answer = reply.Kind switch
        {
            ReplyKind.Return => new Answer.Success(Values.ToJson(reply.Output, json)),
            ReplyKind.Fail => new Answer.Failure(reply.Error, reply.Cause),
            _ => new Answer.Silence(),
        };
        return answer with
        {
            After = reply.Delay,
            Heartbeats = [.. Beats(reply)],
            IsSubmitted = reply.Kind == ReplyKind.Hold || (resource.Pattern != ResourcePattern.Response && reply.Delay > TimeSpan.Zero),
        };
    }

    private static IEnumerable<TimeSpan> Beats(Reply reply)
    {
        if (reply.BeatsEvery is not { } every)
            yield break;
        for (var at = every; at < reply.Delay; at += every)
            yield return at;
    }
}
