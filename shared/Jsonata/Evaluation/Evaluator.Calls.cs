using Flow.Jsonata.Functions;
using Flow.Jsonata.Syntax;
using Flow.Jsonata.Values;

namespace Flow.Jsonata.Evaluation;

internal sealed partial class Evaluator
{
    /// <summary>Calls a function, and whatever it calls as its last act, until there is a result.</summary>
    public object? Apply(object? procedure, object?[] arguments, object? input)
    {
        var result = ApplyOnce(procedure, arguments, input);
        while (result is PendingCall pending)
        {
            Budget.Step();
            var next = Procedure(pending.Call, pending.Context, pending.Frame);
            try
            {
                result = ApplyOnce(next, Arguments(pending.Call, pending.Context, pending.Frame, []), pending.Context);
            }
            catch (JsonataException e) when (e.Position < 0)
            {
                throw Placed(e, pending.Call);
            }
        }

        return result;
    }

    private object? ApplyOnce(object? procedure, object?[] arguments, object? input)
    {
        if (procedure is not Function function)
            throw new JsonataException("T1006", "What is called is not a function.");
        if (function.Signature is { } signature)
            arguments = signature.Validate(arguments, input is ArrayValue { IsInput: true } wrapped ? wrapped.Items[0] : input);
        return function.Call(this, arguments, input);
    }

    private object? Call(CallNode call, object? context, Frame frame, object?[] first)
    {
        var procedure = Procedure(call, context, frame);
        var arguments = Arguments(call, context, frame, first);
        try
        {
            return Apply(procedure, arguments, context);
        }
        catch (JsonataException e) when (e.Position < 0)
        {
            throw Placed(e, call);
        }
    }

    private object? Procedure(CallNode call, object? context, Frame frame)
    {
        var procedure = Evaluate(call.Procedure, context, frame);
        if (procedure is null && call is { Procedure: PathNode, ProcedureName: { } name } && (Library.Find(name) is not null || frame.TryFind(name, out _)))
            throw new JsonataException("T1005", $"'{name}' is not a function: did you mean '${name}'?", call.Position, name);
        return procedure;
    }

    private object?[] Arguments(CallNode call, object? context, Frame frame, object?[] first)
    {
        var arguments = new object?[first.Length + call.Arguments.Count];
        first.CopyTo(arguments, 0);
        for (var i = 0; i < call.Arguments.Count; i++)
            arguments[first.Length + i] = Evaluate(call.Arguments[i]!, context, frame);
        return arguments;
    }

    private PartialFunction Partial(CallNode call, object? context, Frame frame)
    {
        var arguments = call.Arguments.Select(a => a is null ? null : Evaluate(a, context, frame)).ToArray();
        var procedure = Evaluate(call.Procedure, context, frame);
        if (procedure is Function function)
            return new(function, arguments, [.. call.Arguments.Select(a => a is null)]);
        throw procedure is null && call is { Procedure: PathNode, ProcedureName: { } name } && Library.Find(name) is not null
            ? new JsonataException("T1007", $"'{name}' is not a function: did you mean '${name}'?", call.Position, name)
            : new JsonataException("T1008", "What is applied partially is not a function.", call.Position, call.ProcedureName);
    }

    /// <summary><c>value ~> function</c>, or one function after another.</summary>
    private object? ApplyTo(ApplyNode apply, object? context, Frame frame)
    {
        var left = Evaluate(apply.Left, context, frame);
        if (apply.Right is CallNode { IsPartial: false } call)
        {
            var result = Call(call, context, frame, [left]);
            return call.Predicates is null ? result : call.Predicates.Aggregate(result, (value, predicate) => Filter(predicate.Predicate!, value, frame));
        }

        if (Evaluate(apply.Right, context, frame) is not Function right)
            throw new JsonataException("T2006", "The right side of '~>' must be a function.", apply.Position, "~>");
        return left is Function first ? new Composition(first, right) : Apply(right, [left], context);
    }

    private static JsonataException Placed(JsonataException e, CallNode call) =>
        new(e.Code, call.ProcedureName is { } name ? $"${name}: {e.Message}" : e.Message, call.Position, e.Token ?? call.ProcedureName);
}
