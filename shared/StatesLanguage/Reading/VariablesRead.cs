using Flow.StatesLanguage.Expressions;
using Flow.StatesLanguage.States;

namespace Flow.StatesLanguage.Reading;

/// <summary>Which variables a state reads, the machines in it included.</summary>
internal static class VariablesRead
{
    public static IEnumerable<string> By(State state) =>
    [
        .. Of(state.InputPath.Path),
        .. Of(state.OutputPath.Path),
        .. Of(state.Assign),
        .. state.Catch.SelectMany(c => Of(c.Assign)),
        .. state.Machines.SelectMany(m => m.VariableNames),
        .. state is WorkingState working ? [.. Of(working.Parameters), .. Of(working.ResultSelector)] : Array.Empty<string>(),
        .. state switch
        {
            TaskState task => [.. Of(task.Timeout?.Path), .. Of(task.Heartbeat?.Path)],
            WaitState wait => [.. Of(wait.Seconds?.Path), .. Of(wait.TimestampPath)],
            FailState fail => [.. Of(fail.Error?.Path), .. Of(fail.Cause?.Path)],
            ChoiceState choice => [.. choice.Choices.SelectMany(c => c.Rule.VariableNames.Concat(Of(c.Assign)))],
            MapState map =>
            [
                .. Of(map.ItemsPath), .. Of(map.ItemSelector), .. Of(map.MaxConcurrency?.Path),
                .. Of(map.ToleratedFailureCount?.Path), .. Of(map.ToleratedFailurePercentage?.Path),
            ],
            _ => Array.Empty<string>(),
        },
    ];

    private static IEnumerable<string> Of(Expression? expression) => expression?.VariableNames ?? [];

    private static IEnumerable<string> Of(PayloadTemplate? template) => template?.VariableNames ?? [];
}
