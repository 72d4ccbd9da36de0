using System.Text.Json;
using Flow.Jsonata;
using Flow.StatesLanguage.Expressions;
using Flow.StatesLanguage.States;

namespace Flow.StatesLanguage.Interpreting;

/// <summary>The node to enter next.</summary>
internal readonly record struct Move(string Node, JsonElement Input);

/// <summary>One step under way: the scope as it becomes, and the commands so far.</summary>
internal sealed class Walk
{
    private readonly List<Command> _commands = [];

    public Walk(Definition definition, Scope scope, Moment moment)
    {
        Execution = scope.Execution ?? throw new ArgumentException("The scope lacks its Execution: put it in before the step.", nameof(scope));
        Definition = definition;
        Scope = scope;
        Now = moment.Now;
        Randomness = new(moment.Seed);
        Machine = definition.Machine(scope.Machine);
    }

    public Definition Definition { get; }

    public Machine Machine { get; }

    public Execution Execution { get; }

    public DateTimeOffset Now { get; }

    public Randomness Randomness { get; }

    public Scope Scope { get; set; }

    /// <summary>Told what happens at the node, where it is under test; null in a run.</summary>
    public Trace? Trace { get; init; }

    /// <summary>The context object that a test gives; undefined in a run.</summary>
    public JsonElement GivenContext { get; init; }

    public IReadOnlyList<Command> Commands => _commands;

    public State Node => Machine[Scope.Node!];

    /// <summary>The Map that this scope is an iteration of.</summary>
    public MapState? Iterated => Definition.OwnerOf(Scope.Machine) as MapState;

    public bool IsRoot => Scope.Machine.Length == 0;

    public Situation Situation => Scope.SituationIn(Definition);

    /// <summary>Walks on from an answer, until a node waits or the machine ends.</summary>
    public Step Run(Func<Move?> answer)
    {
        for (var entered = 0; Try(answer) is { } move; entered++)
        {
            if (entered == Interpreter.StepBudget)
            {
                var cause = $"{entered} states were walked without one that waits: the definition loops for ever. The last was '{Scope.Node}'.";
                Ending.Fail(this, new(ErrorNames.Runtime, cause));
                break;
            }

            answer = () => Entering.Enter(this, move);
        }

        return new(Scope, _commands);
    }

    public void Issue(Command command) => _commands.Add(command);

    public void Record(HistoryRecord happened) => _commands.Add(new Command.Record(happened));

    public Guid NewToken() => Randomness.NextGuid();

    /// <summary>What an expression sees whose <c>$</c>, or <c>$states.input</c>, is this.</summary>
    public Evaluation Seeing(JsonElement input) => Seeing(input, Scope.MapItem);

    /// <summary>The same for an item of a Map.</summary>
    public Evaluation Seeing(Evaluation map, JsonElement mapItem) => Seeing(map.Input, mapItem, map.QueryInput);

    /// <summary>What a JSONata expression sees at the end of the node.</summary>
    public Evaluation Querying(JsonElement result = default, JsonElement errorOutput = default) => Seeing(Scope.Input, Scope.MapItem, null, result, errorOutput);

    private Evaluation Seeing(JsonElement input, JsonElement mapItem, JsonataValue? queryInput = null, JsonElement result = default, JsonElement errorOutput = default) =>
        new(input, () => ContextObject.Of(this, mapItem), Scope.Variables, Randomness, (names, out taken) => ContextObject.At(this, mapItem, names, out taken))
        {
            Now = Now,
            Result = result,
            ErrorOutput = errorOutput,
            QueryInput = queryInput,
            QueryContext = () => ContextObject.Query(this, mapItem),
        };

    /// <summary>A value on its way through the node, noted where the node is under test.</summary>
    public JsonElement Watched(string step, JsonElement value)
    {
        Trace?.Note(step, value);
        return value;
    }

    /// <summary>Answers at one node; an error of its expressions goes the way of Retry and Catch.</summary>
    public Move? Try(Func<Move?> answer)
    {
        try
        {
            return answer();
        }
        catch (EvaluationException e)
        {
            var failure = Failure.Of(this, e);
            RecordEvaluation(e, failure);
            return Failing.Fail(this, failure);
        }
    }

    /// <summary>JSONata tells in the history where an expression failed; a Map that had not begun its iterations fails with it.</summary>
    public void RecordEvaluation(EvaluationException e, Failure failure)
    {
        if (e.Error != ErrorNames.QueryEvaluation)
            return;
        Record(new() { Type = "EvaluationFailed", Node = Node.Name, Error = failure.Error, Cause = failure.Cause, Location = e.Location });
        if (Node is MapState && Scope.Children is null && Scope.Attempts > 0)
            Record(new() { Type = "MapStateFailed", Node = Node.Name, Error = failure.Error, Cause = failure.Cause });
    }
}
