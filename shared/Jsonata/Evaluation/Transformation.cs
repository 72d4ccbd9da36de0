using Flow.Jsonata.Functions;
using Flow.Jsonata.Syntax;
using Flow.Jsonata.Values;

namespace Flow.Jsonata.Evaluation;

/// <summary><c>| pattern | update, deletion |</c>: gives a copy of its argument in which every match of the pattern is changed.</summary>
internal sealed class Transformation(TransformNode node, Frame frame) : Function
{
    public override int Arity => 1;

    public override Signature? Signature { get; } = Signature.Parse("<(oa):o>");

    public override object? Call(Evaluator evaluator, object?[] arguments, object? input)
    {
        if (arguments[0] is null)
            return null;
        var copy = Copy(evaluator, arguments[0]);
        if (evaluator.Evaluate(node.Pattern, copy, frame) is not { } matches)
            return copy;
        foreach (var match in ArrayValue.From(matches).Items)
        {
            if (match is ObjectValue made)
                Change(evaluator, made);
        }

        return copy;
    }

    private void Change(Evaluator evaluator, ObjectValue match)
    {
        var update = evaluator.Evaluate(node.Update, match, frame);
        if (update is not (null or ObjectValue))
            throw new JsonataException("T2011", "What updates must be an object.", node.Update.Position);
        foreach (var (name, value) in (update as ObjectValue)?.Members.ToList() ?? [])
            match[name] = value;

        if (node.Deletion is null || evaluator.Evaluate(node.Deletion, match, frame) is not { } deletion)
            return;
        foreach (var name in ArrayValue.From(deletion).Items)
        {
            match.Remove(name as string
                ?? throw new JsonataException("T2012", "What deletes must be a text or an array of texts.", node.Deletion.Position));
        }
    }

    private static object? Copy(Evaluator evaluator, object? value)
    {
        if (value is not (ObjectValue or ArrayValue))
            return value;

        var budget = evaluator.Budget;
        budget.Descend();
        object copied;
        if (value is ObjectValue made)
        {
            budget.Charge(96 + (64L * made.Count));
            var copy = new ObjectValue();
            foreach (var (name, member) in made.Members)
                copy[name] = Copy(evaluator, member);
            copied = copy;
        }
        else
        {
            var array = (ArrayValue)value;
            budget.Step(array.Count);
            budget.Charge(96 + (8L * array.Count));
            copied = new ArrayValue(array.Items.ConvertAll(item => Copy(evaluator, item))) { IsSequence = array.IsSequence };
        }

        budget.Ascend();
        return copied;
    }
}
