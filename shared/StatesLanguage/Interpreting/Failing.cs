using Flow.StatesLanguage.Expressions;
using Flow.StatesLanguage.States;

namespace Flow.StatesLanguage.Interpreting;

/// <summary>A workflow error at the current node.</summary>
/// <param name="Error">Its name; null when a task gave none.</param>
/// <param name="Cause">Its cause; null when there is none.</param>
/// <param name="OfAttempt">Whether an attempt of a Task ended with it, and not the shaping of its input or result.</param>
/// <param name="OfHeartbeat">Whether it is a timeout for want of heartbeats.</param>
internal readonly record struct Failure(string? Error, string? Cause, bool OfAttempt = false, bool OfHeartbeat = false)
{
    private const string PurgedError = "Flow.Purged";

    public static Failure Of(Walk walk, EvaluationException exception) => new(
        exception.Error,
        exception.Error == Leaving.DataLimitError ? exception.Cause : $"An error occurred while executing the state '{walk.Scope.Node}'. {exception.Cause}");

    /// <summary>States.Runtime ends the scope whatever Retry and Catch say, even by name.</summary>
    public bool IsFatal => Error == ErrorNames.Runtime;

    /// <summary>Whether a Retry names it. What an operator threw away is tried again only where its own name stands, whatever States.ALL and States.TaskFailed say.</summary>
    public bool IsRetriedBy(IReadOnlyList<string> errors) => Error == PurgedError ? errors.Contains(PurgedError) : IsNamedIn(errors);

    /// <summary>Whether an ErrorEquals names it.</summary>
    public bool IsNamedIn(IReadOnlyList<string> errors)
    {
        foreach (var name in errors)
        {
            var matches = name switch
            {
                "States.ALL" => true,
                "States.TaskFailed" => Error != "States.Timeout",
                "States.HeartbeatTimeout" => OfHeartbeat || Error == name,
                _ => Error == name,
            };
            if (matches)
                return !IsFatal;
        }

        return false;
    }
}

/// <summary>What follows an error: Retry, else Catch, else the end.</summary>
internal static class Failing
{
    public static Move? Fail(Walk walk, Failure failure)
    {
        walk.Trace?.Failure = failure;
        if (Retrying.Retry(walk, failure))
            return null;

        if (walk.Node.Catch.Index().FirstOrDefault(c => failure.IsNamedIn(c.Item.Errors)) is { Item: { } catcher } chosen)
        {
            try
            {
                var move = Catch(walk, catcher, failure);
                walk.Trace?.Catcher = chosen.Index;
                return move;
            }
            catch (EvaluationException e)
            {
                failure = Failure.Of(walk, e);
                walk.RecordEvaluation(e, failure);
            }
        }

        if (failure.OfAttempt && !IsCaughtAbove(walk, failure))
        {
            var task = (TaskState)walk.Node;
            var scope = walk.Scope;
            walk.Issue(new Command.DeadLetter(scope.Token!.Value, task.Name, task.Resource, scope.TaskInput, scope.Attempts, failure.Error, failure.Cause));
        }

        Ending.Fail(walk, failure);
        return null;
    }

    private static Move? Catch(Walk walk, Catcher catcher, Failure failure)
    {
        var caught = JsonBuffer.Write(writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("Error", failure.Error);
            writer.WriteString("Cause", failure.Cause ?? (failure.Error == "States.Timeout" ? "" : null));
            writer.WriteEndObject();
        });
        return Leaving.Exit(walk, walk.Node.Flow.Caught(walk, catcher, caught), catcher.Next);
    }

    private static bool IsCaughtAbove(Walk walk, Failure failure)
    {
        for (var owner = walk.Definition.OwnerOf(walk.Scope.Machine); owner is not null; owner = walk.Definition.OwnerOf(MachineOf(owner)))
        {
            if (owner.Catch.Any(c => failure.IsNamedIn(c.Errors)))
                return true;
        }

        return false;
    }

    private static string MachineOf(State state) => state.Pointer[..state.Pointer.LastIndexOf("/States/", StringComparison.Ordinal)];
}
