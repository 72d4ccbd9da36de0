using System.Text.Json;
using Flow.StatesLanguage.Expressions;
using Flow.StatesLanguage.Interpreting;

namespace Flow.StatesLanguage.States;

/// <summary>What a state hands on: its output, and the variables it assigns (a JSON object), if it does.</summary>
internal readonly record struct Shaped(JsonElement Output, JsonElement? Assigned);

/// <summary>How data goes through a state, in one of the two query languages. Each step of it is a method: a test of a node watches them.</summary>
internal abstract record DataFlow
{
    public Template? Assign { get; init; }

    /// <summary>Names of the variables read.</summary>
    public abstract IEnumerable<string> VariableNames { get; }

    /// <summary>What the state's own fields see of its raw input.</summary>
    public abstract JsonElement Select(Walk walk);

    /// <summary>What the state works on: the payload of a task, the input of branches.</summary>
    public abstract JsonElement Payload(Walk walk, JsonElement selected);

    /// <summary>Ends the state with a result.</summary>
    public abstract Shaped Finish(Walk walk, JsonElement result);

    /// <summary>Ends the state without one.</summary>
    public Shaped Pass(Walk walk, JsonElement selected) => Pass(walk, selected, Assign, null);

    /// <summary>The same, where an entry of Choices has fields of its own.</summary>
    public abstract Shaped Pass(Walk walk, JsonElement selected, Template? assign, Template? output);

    /// <summary>Goes on from an error that is caught.</summary>
    public abstract Shaped Caught(Walk walk, Catcher catcher, JsonElement error);
}

/// <summary>InputPath, Parameters, ResultSelector, ResultPath, OutputPath: the query language JSONPath.</summary>
internal sealed record PathFlow : DataFlow
{
    public Selection InputPath { get; init; } = Selection.All;

    public Selection OutputPath { get; init; } = Selection.All;

    public Template? Parameters { get; init; }

    public Template? ResultSelector { get; init; }

    public Placement ResultPath { get; init; } = Placement.Whole;

    public override IEnumerable<string> VariableNames =>
    [
        .. InputPath.Path?.VariableNames ?? [],
        .. OutputPath.Path?.VariableNames ?? [],
        .. Assign?.VariableNames ?? [],
        .. Parameters?.VariableNames ?? [],
        .. ResultSelector?.VariableNames ?? [],
    ];

    public override JsonElement Select(Walk walk) => walk.Watched("afterInputPath", InputPath.Apply(walk.Seeing(walk.Scope.Input)));

    public override JsonElement Payload(Walk walk, JsonElement selected) =>
        walk.Watched("afterParameters", Parameters?.Evaluate(walk.Seeing(selected)) ?? selected);

    public override Shaped Finish(Walk walk, JsonElement result)
    {
        result = walk.Watched("afterResultSelector", ResultSelector?.Evaluate(walk.Seeing(result)) ?? result);
        var assigned = Assign?.Evaluate(walk.Seeing(result));
        var placed = walk.Watched("afterResultPath", ResultPath.Apply(walk.Scope.Input, result));
        return new(OutputPath.Apply(walk.Seeing(placed)), assigned);
    }

    public override Shaped Pass(Walk walk, JsonElement selected, Template? assign, Template? output)
    {
        var seeing = walk.Seeing(selected);
        return new(OutputPath.Apply(seeing), assign?.Evaluate(seeing));
    }

    public override Shaped Caught(Walk walk, Catcher catcher, JsonElement error)
    {
        var assigned = catcher.Assign?.Evaluate(walk.Seeing(error));
        return new(walk.Watched("afterResultPath", catcher.ResultPath.Apply(walk.Scope.Input, error)), assigned);
    }
}

/// <summary>Arguments and Output: the query language JSONata.</summary>
internal sealed record QueryFlow : DataFlow
{
    public Template? Arguments { get; init; }

    public Template? Output { get; init; }

    public override IEnumerable<string> VariableNames => [.. Assign?.VariableNames ?? [], .. Arguments?.VariableNames ?? [], .. Output?.VariableNames ?? []];

    public override JsonElement Select(Walk walk) => walk.Scope.Input;

    public override JsonElement Payload(Walk walk, JsonElement selected) =>
        Arguments is null ? selected : walk.Watched("afterArguments", Arguments.Evaluate(walk.Seeing(selected)));

    public override Shaped Finish(Walk walk, JsonElement result) => Shape(walk.Querying(result: result), Output, Assign, result);

    public override Shaped Pass(Walk walk, JsonElement selected, Template? assign, Template? output) => Shape(walk.Querying(), output ?? Output, assign, selected);

    public override Shaped Caught(Walk walk, Catcher catcher, JsonElement error) => Shape(walk.Querying(errorOutput: error), catcher.Output, catcher.Assign, error);

    private static Shaped Shape(Evaluation seeing, Template? output, Template? assign, JsonElement without)
    {
        var assigned = assign?.Evaluate(seeing);
        return new(output?.Evaluate(seeing) ?? without, assigned);
    }
}
