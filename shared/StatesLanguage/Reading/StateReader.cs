using System.Text.Json;
using Flow.StatesLanguage.Expressions;
using Flow.StatesLanguage.States;

namespace Flow.StatesLanguage.Reading;

/// <summary>Reads one state: what all states have; what a type has of its own is read beside.</summary>
internal static class StateReader
{
    public static State? Read(string name, JsonElement source, string pointer, ICollection<Finding> findings, ISet<string> names)
    {
        if (source.ValueKind != JsonValueKind.Object)
        {
            findings.Add(new(pointer, Rules.WrongType, $"A state must be an object, but is {Fields.NameOf(source.ValueKind)}."));
            return null;
        }

        var fields = new Fields(source, pointer, findings);
        var type = fields.RequiredText("Type");
        var comment = fields.Text("Comment");
        if (!QueryLanguage.IsSupported(fields))
            return null;

        State? state = type switch
        {
            null => null,
            "Task" => TaskReader.Read(name, fields),
            "Pass" => WithNext(fields, Working(fields, new PassState { Name = name, Pointer = pointer, Result = fields.Value("Result") ?? default })),
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

    /// <summary>InputPath, Parameters, ResultPath, OutputPath and Assign.</summary>
    public static T Working<T>(Fields fields, T state)
        where T : WorkingState => state with
        {
            InputPath = fields.Selection("InputPath"),
            OutputPath = fields.Selection("OutputPath"),
            Parameters = fields.Template("Parameters"),
            ResultPath = fields.Placement("ResultPath"),
            Assign = fields.Template("Assign"),
        };

    /// <summary>ResultSelector, Retry and Catch.</summary>
    public static T Failing<T>(Fields fields, T state)
        where T : WorkingState => state with
        {
            ResultSelector = fields.Template("ResultSelector"),
            Retry = RetryReader.ReadRetry(fields),
            Catch = RetryReader.ReadCatch(fields),
        };

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

    private static SucceedState ReadSucceed(string name, Fields fields) => new()
    {
        Name = name,
        Pointer = fields.Pointer,
        InputPath = fields.Selection("InputPath"),
        OutputPath = fields.Selection("OutputPath"),
    };

    private static FailState ReadFail(string name, Fields fields) => new()
    {
        Name = name,
        Pointer = fields.Pointer,
        Error = ReadWords(fields, "Error"),
        Cause = ReadWords(fields, "Cause"),
    };

    private static Words? ReadWords(Fields fields, string field)
    {
        fields.AtMostOne(field, field + "Path");
        var literal = fields.Text(field);
        Expression? expression = null;
        if (fields.Text(field + "Path") is { } text && !Expression.TryParse(text, out expression, out var error))
            fields.Add(field + "Path", Rules.InvalidPath, $"'{text}' is neither a path nor a call of an intrinsic function: {error}");
        return literal is null && expression is null ? null : new(field, literal, expression);
    }

    private static State? Unknown(Fields fields, string type)
    {
        fields.Add("Type", Rules.UnknownType, $"'{type}' is not a type of state: use Task, Pass, Choice, Wait, Parallel, Map, Succeed or Fail.");
        return null;
    }
}
