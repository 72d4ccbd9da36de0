using System.Text.Json;
using Flow.StatesLanguage.Expressions;
using Flow.StatesLanguage.Expressions.Queries;
using Flow.StatesLanguage.States;

namespace Flow.StatesLanguage.Reading;

/// <summary>Reads one state: what all states have; what a type has of its own is read beside.</summary>
internal static class StateReader
{
    public static State? Read(string name, JsonElement source, string pointer, Fields machine, ISet<string> names)
    {
        if (source.ValueKind != JsonValueKind.Object)
        {
            machine.Findings.Add(new(pointer, Rules.WrongType, $"A state must be an object, but is {Fields.NameOf(source.ValueKind)}."));
            return null;
        }

        var fields = new Fields(source, pointer, machine.Findings, machine.Language) { IsExpress = machine.IsExpress };
        fields.Language = Languages.Read(fields, machine.Language);
        var type = fields.RequiredText("Type");
        var comment = fields.Text("Comment");
        State? state = type switch
        {
            null => null,
            "Task" => TaskReader.Read(name, fields),
            "Pass" => ReadPass(name, fields),
            "Choice" => ChoiceReader.Read(name, fields),
            "Wait" => WaitReader.Read(name, fields),
            "Succeed" => ReadSucceed(name, fields),
            "Fail" => ReadFail(name, fields),
            "Parallel" => NestingReader.ReadParallel(name, fields, names),
            "Map" => NestingReader.ReadMap(name, fields, names),
            _ => Unknown(fields, type),
        };
        if (state is null)
            return null;

        fields.RefuseOthers($"A {type}");
        return state with { Comment = comment };
    }

    /// <summary>How data goes through a state that works: with a payload (unless its fields say otherwise) and a result.</summary>
    public static DataFlow Working(Fields fields, bool hasPayload = true, bool hasResultSelector = true) => fields.IsJsonata
        ? new QueryFlow
        {
            Arguments = hasPayload ? fields.Template("Arguments") : null,
            Output = fields.Template("Output", Outcome.Result),
            Assign = Assigned(fields, Outcome.Result),
        }
        : new PathFlow
        {
            InputPath = fields.Selection("InputPath"),
            OutputPath = fields.Selection("OutputPath"),
            Parameters = fields.Template("Parameters"),
            ResultSelector = hasResultSelector ? fields.Template("ResultSelector") : null,
            ResultPath = fields.Placement("ResultPath"),
            Assign = Assigned(fields),
        };

    /// <summary>How data goes through a state that only passes it on.</summary>
    public static DataFlow Passing(Fields fields, bool assigns = true) => fields.IsJsonata
        ? new QueryFlow { Output = fields.Template("Output"), Assign = assigns ? Assigned(fields) : null }
        : new PathFlow { InputPath = fields.Selection("InputPath"), OutputPath = fields.Selection("OutputPath"), Assign = assigns ? Assigned(fields) : null };

    /// <summary>Assign.</summary>
    public static Template? Assigned(Fields fields, Outcome outcome = Outcome.None) => VariableNaming.Check(fields) ? fields.Template("Assign", outcome) : null;

    /// <summary>Retry and Catch.</summary>
    public static T Failing<T>(Fields fields, T state)
        where T : State => state with { Retry = RetryReader.ReadRetry(fields), Catch = RetryReader.ReadCatch(fields) };

    /// <summary>Next, or End.</summary>
    public static T WithNext<T>(Fields fields, T state)
        where T : State
    {
        var next = fields.Text("Next");
        var end = fields.Flag("End");
        if (next is not null && end)
            fields.Add("End", Rules.ExclusiveFields, "'Next' and 'End' exclude each other: keep one.");
        else if (next is null && !end && !fields.Has("Next"))
            fields.AddHere(Rules.MissingField, "The state leads nowhere: give it a 'Next', or \"End\": true.");
        return state with { Next = next };
    }

    private static PassState ReadPass(string name, Fields fields) => WithNext(fields, new PassState
    {
        Name = name,
        Pointer = fields.Pointer,
        Result = fields.IsJsonata ? default : fields.Value("Result") ?? default,
        Flow = fields.IsJsonata ? Passing(fields) : Working(fields, hasResultSelector: false),
    });

    private static SucceedState ReadSucceed(string name, Fields fields) => new() { Name = name, Pointer = fields.Pointer, Flow = Passing(fields, assigns: false) };

    private static FailState ReadFail(string name, Fields fields) => new()
    {
        Name = name,
        Pointer = fields.Pointer,
        Error = fields.Found("Error", fields.Text, takesIntrinsics: true),
        Cause = fields.Found("Cause", fields.Text, takesIntrinsics: true),
        Flow = fields.IsJsonata ? new QueryFlow() : new PathFlow(),
    };

    private static State? Unknown(Fields fields, string type)
    {
        fields.Add("Type", Rules.UnknownType, $"'{type}' is not a type of state: use Task, Pass, Choice, Wait, Parallel, Map, Succeed or Fail.");
        return null;
    }
}
