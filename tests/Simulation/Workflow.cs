using Flow.StatesLanguage;

namespace Flow.Simulation.Tests;

/// <summary>A definition to be run, and what may be expected of it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Text">Its text. Handlers: <c>echo</c> gives back its input, <c>flaky</c> fails its first attempt, <c>bad</c> fails always, <c>mute</c> never answers.</param>
/// <param name="Input">Input of its runs.</param>
/// <param name="MaxConcurrency">Most iterations of a Map at once; 0: no limit.</param>
/// <param name="IsTimed">Whether the outcome depends on how long things take.</param>
internal sealed record Workflow(string Name, string Text, string Input = "{}", int MaxConcurrency = 0, bool IsTimed = false)
{
    public Definition Definition { get; } = Definition.Read(Text).Definition ?? throw new ArgumentException($"'{Name}' is not sound: {Definition.Read(Text).Findings[0]}");

    /// <summary>Those that most schedules run.</summary>
    public static IReadOnlyList<Workflow> Small { get; } =
    [
        new("task", """{"StartAt":"A","States":{"A":{"Type":"Task","Resource":"flow:echo","End":true}}}""", """{"n":1}"""),
        new("retry", """{"StartAt":"A","States":{"A":{"Type":"Task","Resource":"flow:flaky","Retry":[{"ErrorEquals":["Flaky"],"IntervalSeconds":1}],"End":true}}}"""),
        new("catch", """{"StartAt":"A","States":{"A":{"Type":"Task","Resource":"flow:bad","Catch":[{"ErrorEquals":["States.ALL"],"Next":"B"}],"End":true},"B":{"Type":"Pass","End":true}}}"""),
        new("fail", """{"StartAt":"A","States":{"A":{"Type":"Task","Resource":"flow:bad","End":true}}}"""),
        new("wait", """{"StartAt":"W","States":{"W":{"Type":"Wait","Seconds":5,"Next":"P"},"P":{"Type":"Pass","Result":1,"End":true}}}"""),
        new("timeout", """{"StartAt":"A","States":{"A":{"Type":"Task","Resource":"flow:mute","TimeoutSeconds":10,"Catch":[{"ErrorEquals":["States.Timeout"],"Next":"P"}],"End":true},"P":{"Type":"Pass","End":true}}}""", IsTimed: true),
        new("silent", """{"StartAt":"A","States":{"A":{"Type":"Task","Resource":"flow:mute","HeartbeatSeconds":6,"Catch":[{"ErrorEquals":["States.Timeout"],"Next":"P"}],"End":true},"P":{"Type":"Pass","End":true}}}""", IsTimed: true),
        new("limit", """{"TimeoutSeconds":20,"StartAt":"A","States":{"A":{"Type":"Task","Resource":"flow:mute","End":true}}}""", IsTimed: true),
        new("limit-retry", """{"TimeoutSeconds":20,"StartAt":"A","States":{"A":{"Type":"Task","Resource":"flow:bad","Retry":[{"ErrorEquals":["States.ALL"],"IntervalSeconds":3,"MaxAttempts":20}],"End":true}}}""", IsTimed: true),
        new("two", """{"StartAt":"A","States":{"A":{"Type":"Task","Resource":"flow:echo","ResultPath":"$.a","Next":"B"},"B":{"Type":"Task","Resource":"flow:echo","ResultPath":"$.b","End":true}}}""", """{"n":1}"""),
    ];

    /// <summary>Those with branches, iterations and children.</summary>
    public static IReadOnlyList<Workflow> Large { get; } =
    [
        new("parallel", """{"StartAt":"P","States":{"P":{"Type":"Parallel","End":true,"Branches":[{"StartAt":"A","States":{"A":{"Type":"Task","Resource":"flow:echo","End":true}}},{"StartAt":"B","States":{"B":{"Type":"Wait","Seconds":3,"End":true}}}]}}}""", """{"n":1}"""),
        new("parallel-fails", """{"StartAt":"P","States":{"P":{"Type":"Parallel","End":true,"Branches":[{"StartAt":"A","States":{"A":{"Type":"Task","Resource":"flow:bad","End":true}}},{"StartAt":"B","States":{"B":{"Type":"Task","Resource":"flow:echo","End":true}}}]}}}"""),
        new("map", """{"StartAt":"M","States":{"M":{"Type":"Map","ItemsPath":"$.items","ItemProcessor":{"StartAt":"A","States":{"A":{"Type":"Task","Resource":"flow:echo","End":true}}},"End":true}}}""", """{"items":[1,2,3]}"""),
        new("map-two", """{"StartAt":"M","States":{"M":{"Type":"Map","ItemsPath":"$.items","MaxConcurrency":2,"ItemProcessor":{"StartAt":"A","States":{"A":{"Type":"Task","Resource":"flow:flaky","Retry":[{"ErrorEquals":["Flaky"],"IntervalSeconds":1}],"End":true}}},"End":true}}}""", """{"items":[1,2,3,4,5]}""", MaxConcurrency: 2),
        new("map-tolerates", """{"StartAt":"M","States":{"M":{"Type":"Map","ItemsPath":"$.items","ToleratedFailureCount":3,"ItemProcessor":{"ProcessorConfig":{"Mode":"DISTRIBUTED","ExecutionType":"STANDARD"},"StartAt":"A","States":{"A":{"Type":"Task","Resource":"flow:bad","End":true}}},"End":true}}}""", """{"items":[1,2,3]}"""),
        new("map-pass", """{"StartAt":"M","States":{"M":{"Type":"Map","ItemsPath":"$.items","MaxConcurrency":1,"ItemProcessor":{"StartAt":"A","States":{"A":{"Type":"Pass","End":true}}},"End":true}}}""", """{"items":[1,2,3]}""", MaxConcurrency: 1),
        new("nested", """{"StartAt":"M","States":{"M":{"Type":"Map","ItemsPath":"$.items","MaxConcurrency":2,"ItemProcessor":{"StartAt":"P","States":{"P":{"Type":"Parallel","End":true,"Branches":[{"StartAt":"A","States":{"A":{"Type":"Task","Resource":"flow:echo","End":true}}},{"StartAt":"B","States":{"B":{"Type":"Pass","End":true}}}]}}},"End":true}}}""", """{"items":[1,2,3]}""", MaxConcurrency: 2),
        new("parent", """{"StartAt":"R","States":{"R":{"Type":"Task","Resource":"arn:aws:states:::states:startExecution.sync:2","Parameters":{"StateMachineArn":"task","Input":{"n":7}},"OutputPath":"$.Output","End":true}}}"""),
        new("map-fails", """{"StartAt":"M","States":{"M":{"Type":"Map","ItemsPath":"$.items","ItemProcessor":{"StartAt":"C","States":{"C":{"Type":"Choice","Choices":[{"Variable":"$","NumericEquals":2,"Next":"Bad"}],"Default":"A"},"Bad":{"Type":"Task","Resource":"flow:bad","End":true},"A":{"Type":"Task","Resource":"flow:echo","End":true}}},"End":true}}}""", """{"items":[1,2,3]}"""),
    ];
}
