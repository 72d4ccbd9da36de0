using System.Text.Json;
using Flow.StatesLanguage.Interpreting;
using Flow.StatesLanguage.MapData;
using Flow.StatesLanguage.States;

namespace Flow.StatesLanguage.NodeTesting;

/// <summary>
/// Tests one node of a definition: the interpreter enters it and leaves it, just as in a run, and a mock stands for the work in between.
/// Nothing else of the definition runs, and nothing waits: the delay of a Wait is over at once.
/// </summary>
public static class NodeTester
{
    /// <summary>Tests a node. The same arguments give the same answer.</summary>
    /// <param name="definition">JSON text of a definition, or of one state alone (an object with a <c>Type</c>). Never throws on user text.</param>
    /// <param name="test">What to test, and with what.</param>
    /// <param name="moment">The time, and the seed of chance.</param>
    public static NodeTestAnswer Test(string definition, NodeTest test, Moment moment)
    {
        ArgumentNullException.ThrowIfNull(definition);
        ArgumentNullException.ThrowIfNull(test);
        var (node, refusal) = TestedNode.Find(definition, test.Node);
        refusal ??= NodeTestRules.Refusal(test, node!);
        return refusal is not null ? new(null, refusal) : new(Play(node!, test, moment), null);
    }

    private static NodeOutcome Play(TestedNode node, NodeTest test, Moment moment)
    {
        var input = test.Input.ValueKind == JsonValueKind.Undefined ? Json.EmptyObject : test.Input;
        var walk = new Walk(node.Definition, Standing(node, test, input, moment), moment) { Trace = new(), GivenContext = test.Context };
        walk.Trace.Note("input", input);
        var move = walk.Try(() => test.RetryCount > 0 ? Attempting.Begin(walk) : Entering.Enter(walk, new(node.State.Name, input)));
        if (walk.Situation is Situation.Reading)
            move = walk.Try(() => Read(walk, test));
        if (walk.Trace.Failure is null && walk.Situation is not Situation.Ended && move is null)
            move = walk.Try(() => Answer(walk, test));
        return Outcomes.Of(walk, node, move, moment);
    }

    /// <summary>The scope, before the node; or, where retries went before, at it.</summary>
    private static Scope Standing(TestedNode node, NodeTest test, JsonElement input, Moment moment) => new()
    {
        Id = moment.Seed,
        Machine = node.Machine.Pointer,
        Status = ScopeStatus.Running,
        Node = node.State.Name,
        Input = input,
        EnteredAt = moment.Now,
        Variables = test.Variables,
        Attempts = test.RetryCount,
        Retries = [.. Enumerable.Repeat(test.RetryCount, node.State.Retry.Count)],
        Execution = test.Execution ?? new(moment.Seed, "test", "test", 1, input, moment.Now),
    };

    /// <summary>The object that an ItemReader names was read; what is in it does not matter where the test does not say.</summary>
    private static Move? Read(Walk walk, NodeTest test)
    {
        if (test.ItemReaderData is not { } text)
        {
            var iterations = test.Mock!.Result is { ValueKind: JsonValueKind.Array } outputs ? outputs.GetArrayLength() : 1;
            walk.Scope = walk.Scope with { MapStage = null, Children = new(iterations, 0, 0) };
            return null;
        }

        var source = walk.Commands.OfType<Command.ReadItems>().Last().Source;
        var reading = MapItems.Read(source with { Format = source.Format is ItemFormat.Manifest or ItemFormat.Objects ? ItemFormat.Json : source.Format }, text);
        return reading.Cause is null ? ItemFetching.Fetched(walk, reading.Items) : ItemFetching.Failed(walk, ItemReading.Error, reading.Cause);
    }

    /// <summary>What the node waits for has happened.</summary>
    private static Move? Answer(Walk walk, NodeTest test) => (walk.Node, test.Mock) switch
    {
        (TaskState, { ErrorOutput: { } failed }) => Attempting.Failed(walk, failed.Error, failed.Cause),
        (TaskState, { Result: var result }) => Attempting.Succeeded(walk, result),
        (_, { ErrorOutput: { } failed }) => Joining.Failed(walk, new(failed.Error, failed.Cause)),
        (MapState map, { Result: var result }) => Iterated(walk, map, test.FailedIterations ?? 0, result),
        (_, { Result: var result }) => Joining.Joined(walk, result),
        _ => Entering.Awake(walk),
    };

    /// <summary>Failed iterations count where the Map says how many it tolerates; elsewhere the mock alone says how it ends.</summary>
    private static Move? Iterated(Walk walk, MapState map, int failed, JsonElement result)
    {
        if (failed > 0 && (map.ToleratedFailureCount ?? map.ToleratedFailurePercentage) is not null)
        {
            walk.Scope = walk.Scope with { Children = walk.Scope.Children! with { Failed = failed - 1 } };
            var move = Joining.Closed(walk, new(walk.Scope.Token!.Value, failed - 1, Succeeded: false, Error: null, Cause: null));
            if (walk.Trace!.Failure is not null)
                return move;
        }

        return Joining.Joined(walk, result);
    }
}
