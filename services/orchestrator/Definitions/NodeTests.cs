using Flow.Contracts.Api;
using Flow.StatesLanguage;
using Flow.StatesLanguage.NodeTesting;

namespace Flow.Orchestrator.Definitions;

/// <summary>Tests of one node, as the HTTP API asks for and answers them; also behind <c>flow workflows test</c>.</summary>
public static class NodeTests
{
    /// <summary>Tests a node of a definition. Stores nothing, starts nothing.</summary>
    /// <param name="definition">JSON text of the definition, or of one state.</param>
    /// <param name="request">The test; its Definition and Workflow are not looked at.</param>
    /// <param name="now">The time.</param>
    public static NodeTestAnswer Test(string definition, TestNodeRequest request, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(request);
        var test = new NodeTest
        {
            Node = request.Node,
            Input = request.Input,
            Mock = request.Mock is { } mock ? new() { Result = mock.Result, ErrorOutput = mock.ErrorOutput is { } e ? new(e.Error, e.Cause) : null } : null,
            Context = request.Context ?? default,
            Variables = request.Variables ?? default,
            RetryCount = request.RetryCount,
            FailedIterations = request.FailedIterations,
            FailedNode = request.FailedNode,
            ItemReaderData = request.ItemReaderData,
        };
        return NodeTester.Test(definition, test, new(now, Guid.NewGuid()));
    }

    /// <summary>The outcome, as much of it as the level shows.</summary>
    public static NodeTestResult Result(NodeOutcome outcome, InspectionLevel level)
    {
        ArgumentNullException.ThrowIfNull(outcome);
        return new()
        {
            Status = Enum.Parse<Contracts.Api.NodeTestStatus>(outcome.Status.ToString()),
            Pointer = outcome.Pointer,
            Output = outcome.Output,
            Error = outcome.Error,
            Cause = outcome.Cause,
            Location = outcome.Location,
            NextNode = outcome.NextNode,
            InspectionData = level == InspectionLevel.Info ? null : outcome.Inspection,
            Trace = level == InspectionLevel.Trace ? Trace(outcome.Commands) : null,
        };
    }

    private static NodeTestTrace Trace(IReadOnlyList<Command> commands)
    {
        var item = commands.OfType<Command.DispatchWorkItem>().FirstOrDefault();
        var opened = commands.OfType<Command.OpenScopes>().FirstOrDefault();
        var wait = commands.OfType<Command.StartTimer>().FirstOrDefault(t => t.Kind == TimerKind.Wait);
        return new(
            item is null ? null : new(item.Resource, item.Input, item.Attempt, item.TimeoutSeconds, item.HeartbeatSeconds),
            opened is null ? null : [.. opened.Scopes.Select(s => new NodeTestScope(s.Machine, s.Input))],
            wait?.DueAt);
    }
}
