using System.Text.Json;
using Flow.StatesLanguage.Expressions;
using Flow.StatesLanguage.States;

namespace Flow.StatesLanguage.Interpreting;

/// <summary>Coming to a node.</summary>
internal static class Entering
{
    /// <summary>Longest wait, in seconds: the language's own bound.</summary>
    private const int LongestWaitSeconds = 99_999_999;

    /// <summary>The scope begins.</summary>
    public static Move? Begin(Walk walk)
    {
        var input = walk.Scope.Input.ValueKind == JsonValueKind.Undefined ? Json.EmptyObject : walk.Scope.Input;
        walk.Scope = walk.Scope with { Status = ScopeStatus.Running, Input = input };
        if (walk.IsRoot)
            walk.Record(new() { Type = "ExecutionStarted", Input = input });
        else if (walk.Iterated is { } map)
            walk.Record(new() { Type = "MapIterationStarted", Node = map.Name, Index = walk.Scope.Index });
        return new(walk.Machine.StartAt, input);
    }

    public static Move? Enter(Walk walk, Move move)
    {
        walk.Scope = walk.Scope with
        {
            Node = move.Node,
            Input = move.Input,
            EnteredAt = walk.Now,
            Token = null,
            Attempts = 0,
            Retries = [],
            TaskInput = default,
            DispatchedAt = null,
            HeartbeatSeconds = null,
            Vitals = null,
            Children = null,
            MapStage = null,
            FailedGroup = null,
        };
        var node = walk.Node;
        walk.Record(new() { Type = $"{node.Type}StateEntered", Node = node.Name, Input = move.Input });
        return node switch
        {
            PassState pass => Pass(walk, pass),
            ChoiceState choice => Choose(walk, choice),
            WaitState wait => Wait(walk, wait),
            SucceedState => Leaving.Go(walk, Selected(walk)),
            FailState fail => Fail(walk, fail),
            _ => Attempting.Begin(walk),
        };
    }

    /// <summary>A Wait is over.</summary>
    public static Move? Awake(Walk walk) => Leaving.Go(walk, Selected(walk));

    /// <summary>What the node's own fields see of its raw input.</summary>
    public static JsonElement Selected(Walk walk) => walk.Node.Flow.Select(walk);

    private static Move? Pass(Walk walk, PassState pass)
    {
        // A Result takes the place of the input: nothing of that is looked at.
        if (pass.Result.ValueKind != JsonValueKind.Undefined)
            return Leaving.Leave(walk, walk.Watched("result", pass.Result));

        var input = pass.Flow.Payload(walk, Selected(walk));
        return pass.Flow is QueryFlow ? Leaving.Go(walk, input) : Leaving.Leave(walk, input);
    }

    private static Move? Choose(Walk walk, ChoiceState choice)
    {
        var input = Selected(walk);
        var seeing = walk.Seeing(input);
        if (choice.Choices.FirstOrDefault(c => c.Rule.Matches(seeing)) is { } chosen)
            return Leaving.Exit(walk, choice.Flow.Pass(walk, input, chosen.Assign, chosen.Output), chosen.Next);
        return choice.Default is null
            ? throw new EvaluationException("States.NoChoiceMatched", "No choice matched, and there is no Default.")
            : Leaving.Exit(walk, choice.Flow.Pass(walk, input), choice.Default);
    }

    private static Move? Wait(Walk walk, WaitState wait)
    {
        var seeing = walk.Seeing(Selected(walk));
        var due = wait.Seconds is { } seconds ? walk.Now.AddSeconds(Numbers.Integer(seconds, seeing, 0, LongestWaitSeconds)) : Moment(wait.Timestamp!, seeing);
        if (due <= walk.Now)
            return Awake(walk);

        var token = walk.NewToken();
        walk.Scope = walk.Scope with { Token = token };
        walk.Issue(new Command.StartTimer(token, TimerKind.Wait, due));
        return null;
    }

    private static DateTimeOffset Moment(Sourced<DateTimeOffset?> timestamp, Evaluation seeing)
    {
        if (timestamp.Literal is { } literal)
            return literal;

        var value = timestamp.Find(seeing);
        return value.ValueKind == JsonValueKind.String && Timestamps.TryParse(value.GetString()!, out var found)
            ? found
            : throw timestamp.Wrong(value, "a timestamp as in 2030-01-31T12:00:00Z");
    }

    private static Move? Fail(Walk walk, FailState fail)
    {
        var seeing = walk.Seeing(Selected(walk));
        Ending.Fail(walk, new(Said(fail.Error, seeing), Said(fail.Cause, seeing)));
        return null;
    }

    private static string? Said(Sourced<string?>? words, Evaluation seeing)
    {
        if (words?.Source is null)
            return words?.Literal;
        var value = words.Find(seeing);
        return value.ValueKind == JsonValueKind.String ? value.GetString() : throw words.Wrong(value, "a string");
    }
}
