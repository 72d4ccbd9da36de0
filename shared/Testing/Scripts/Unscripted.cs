namespace Flow.Testing.Scripts;

/// <summary>An attempt that no script answers: the message names the line to write.</summary>
internal static class Unscripted
{
    public static WorkflowTestException Handler(Attempt attempt, Cast cast)
    {
        var names = string.Join(", ", cast.Names.Distinct(StringComparer.Ordinal).Select(n => $"'{n}'"));
        return new(
            $"Node '{attempt.Node}' attempts {attempt.Resource}, and nothing answers '{attempt.Handler}'{(names.Length > 0 ? $" (scripted: {names})" : "")}.\n{Lines(attempt)}");
    }

    public static WorkflowTestException Child(Attempt attempt, string workflow) => new(
        $"Node '{attempt.Node}' starts the workflow '{workflow}', which the test does not have. Add:\n"
        + $"  .WithChild(\"{workflow}\", WorkflowTest.FromFile(\"{workflow}.asl.json\"))");

    public static string Lines(Attempt attempt) =>
        $"Add:\n  .Handle(\"{attempt.Handler}\", attempt => new {{ }})\nIts payload is {attempt.Payload.GetRawText()}";
}
