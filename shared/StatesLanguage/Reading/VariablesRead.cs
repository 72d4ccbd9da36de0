using Flow.StatesLanguage.Expressions;
using Flow.StatesLanguage.States;

namespace Flow.StatesLanguage.Reading;

/// <summary>Which variables a state reads, the machines in it included.</summary>
internal static class VariablesRead
{
    public static IEnumerable<string> By(State state) =>
    [
        .. state.Flow.VariableNames,
        .. state.Catch.SelectMany(c => Of(c.Assign).Concat(Of(c.Output))),
        .. state.Machines.SelectMany(m => m.VariableNames),
        .. state switch
        {
            TaskState task => [.. Of(task.Timeout?.Source), .. Of(task.Heartbeat?.Source)],
            WaitState wait => [.. Of(wait.Seconds?.Source), .. Of(wait.Timestamp?.Source)],
            FailState fail => [.. Of(fail.Error?.Source), .. Of(fail.Cause?.Source)],
            ChoiceState choice => [.. choice.Choices.SelectMany(c => c.Rule.VariableNames.Concat(Of(c.Assign)).Concat(Of(c.Output)))],
            MapState map =>
            [
                .. Of(map.ItemsPath), .. Of(map.Items), .. Of(map.ItemSelector), .. Of(map.MaxConcurrency?.Source),
                .. Of(map.ItemReader?.Arguments), .. Of(map.ItemReader?.MaxItems?.Source), .. Of(map.ItemBatcher?.BatchInput), .. Of(map.ItemBatcher?.MaxItems?.Source),
                .. Of(map.ItemBatcher?.MaxBytes?.Source), .. Of(map.ResultWriter?.Arguments), .. Of(map.ToleratedFailureCount?.Source), .. Of(map.ToleratedFailurePercentage?.Source),
            ],
            _ => Array.Empty<string>(),
        },
    ];

    private static IEnumerable<string> Of(Expression? expression) => expression?.VariableNames ?? [];

    private static IEnumerable<string> Of(Template? template) => template?.VariableNames ?? [];
}
