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
            HeartbeatSeconds = null,
            Children = null,
        };
        var node = walk.Node;
        walk.Record(new() { Type = $"{node.Type}StateEntered", Node = node.Name, Input = move.Input });
        return node switch
        {
            PassState pass => Pass(walk, pass),
            ChoiceState choice => Choose(walk, choice),
            WaitState wait => Wait(walk, wait),
            SucceedState => Leaving.Go(walk, Selected(walk), node.Assign, null),
            FailState fail => Fail(walk, fail),
            _ => Attempting.Begin(walk),
        };
    }

    /// <summary>A Wait is over.</summary>
    public static Move? Awake(Walk walk) => Leaving.Go(walk, Selected(walk), walk.Node.Assign, walk.Node.Next);

    /// <summary>The node's raw input after InputPath.</summary>
    public static JsonElement Selected(Walk walk) => walk.Noted(DataStep.AfterInputPath, walk.Node.InputPath.Apply(walk.Seeing(walk.Scope.Input)));

    private static Move? Pass(Walk walk, PassState pass)
    {
        // A Result takes the place of the input: nothing of that is looked at.
        if (pass.Result.ValueKind != JsonValueKind.Undefined)
            return Leaving.Leave(walk, walk.Noted(DataStep.Result, pass.Result));

        var input = Selected(walk);
        return Leaving.Leave(walk, walk.Noted(DataStep.AfterParameters, pass.Parameters?.Evaluate(walk.Seeing(input)) ?? input));
    }

    private static Move? Choose(Walk walk, ChoiceState choice)
    {
        var input = Selected(walk);
        var seeing = walk.Seeing(input);
        if (choice.Choices.FirstOrDefault(c => c.Rule.Matches(seeing)) is { } chosen)
            return Leaving.Go(walk, input, chosen.Assign, chosen.Next);
        return choice.Default is null
            ? throw new EvaluationException("States.NoChoiceMatched", "No choice matched, and there is no Default.")
            : Leaving.Go(walk, input, choice.Assign, choice.Default);
    }

    private static Move? Wait(Walk walk, WaitState wait)
    {
        var seeing = walk.Seeing(Selected(walk));
        var due = DueAt(walk, wait, seeing);
        if (due <= walk.Now)
            return Awake(walk);

        var token = walk.NewToken();
        walk.Scope = walk.Scope with { Token = token };
        walk.Issue(new Command.StartTimer(token, TimerKind.Wait, due));
        return null;
    }

    private static DateTimeOffset DueAt(Walk walk, WaitState wait, Evaluation seeing)
    {
        if (wait.Seconds is { } seconds)
            return walk.Now.AddSeconds(Numbers.Integer(seconds, seeing, 0, LongestWaitSeconds));
        if (wait.Timestamp is { } timestamp)
            return timestamp;

        var path = wait.TimestampPath!;
        var value = path.Evaluate(seeing);
        return value.ValueKind == JsonValueKind.String && Timestamps.TryParse(value.GetString()!, out var found)
            ? found
            : throw new EvaluationException(
                ErrorNames.Runtime,
                $"TimestampPath refers to {value.GetRawText()}, which is not a timestamp as in 2030-01-31T12:00:00Z: {path.Text}.");
    }

    private static Move? Fail(Walk walk, FailState fail)
    {
        var seeing = walk.Seeing(Selected(walk));
        Ending.Fail(walk, new(Said(fail.Error, seeing), Said(fail.Cause, seeing)));
        return null;
    }

    private static string? Said(Words? words, Evaluation seeing)
    {
        if (words?.Path is not { } path)
            return words?.Literal;
        var value = path.Evaluate(seeing);
        return value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : throw new EvaluationException(ErrorNames.Runtime, $"{words.Field}Path refers to {value.GetRawText()}, which is not a string: {path.Text}.");
    }
}
