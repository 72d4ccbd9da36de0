using System.Text.Json;
using Flow.StatesLanguage.Expressions;
using Flow.StatesLanguage.MapData;
using Flow.StatesLanguage.States;

namespace Flow.StatesLanguage.Interpreting;

/// <summary>A distributed Map whose results go elsewhere: the driver is asked to write them, and the Map ends when they are there.</summary>
internal static class ResultWriting
{
    /// <summary>Asks for the results to be written; false when the Map keeps them.</summary>
    public static bool TryWrite(Walk walk)
    {
        if (walk.Node is not MapState { ResultWriter: { Arguments: { } arguments } writer })
            return false;
        var given = arguments.Evaluate(walk.Seeing(Entering.Selected(walk)));
        var bucket = ItemFetching.Text(given, "Bucket") ?? throw new EvaluationException(ResultTarget.Error, "The ResultWriter's 'Bucket' is missing, or no text.");
        walk.Scope = walk.Scope with { MapStage = MapStage.Writing };
        walk.Issue(new Command.WriteResults(walk.Scope.Token!.Value, walk.Node.Name, new(bucket, ItemFetching.Text(given, "Prefix") ?? "", writer.AsLines, writer.Transformation)));
        return true;
    }

    public static Move? Written(Walk walk, JsonElement result)
    {
        walk.Scope = walk.Scope with { MapStage = null };
        return Joining.Joined(walk, result);
    }

    public static Move? Failed(Walk walk, string cause)
    {
        walk.Scope = walk.Scope with { MapStage = null };
        return Joining.Failed(walk, new Failure(ResultTarget.Error, cause));
    }
}
