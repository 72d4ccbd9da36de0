using System.Text.Json;
using Flow.StatesLanguage.NodeTesting;

namespace Flow.StatesLanguage.Tests.NodeTesting;

/// <summary>Tests of nodes at a fixed moment.</summary>
internal static class Rehearsal
{
    public static readonly DateTimeOffset Now = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public static NodeTestAnswer Ask(string definition, NodeTest test) => NodeTester.Test(definition, test, new(Now, new Guid(1, 2, 3, new byte[8])));

    public static NodeOutcome Play(string definition, NodeTest test)
    {
        var (outcome, refusal) = Ask(definition, test);
        refusal.ShouldBeNull();
        return outcome.ShouldNotBeNull();
    }

    public static NodeOutcome Play(string definition, string input = "{}", Mock? mock = null, string? node = null) =>
        Play(definition, new() { Node = node, Input = JsonElement.Parse(input), Mock = mock });

    public static Refusal Refuse(string definition, NodeTest test)
    {
        var (outcome, refusal) = Ask(definition, test);
        outcome.ShouldBeNull();
        return refusal.ShouldNotBeNull();
    }

    public static Mock Gives(string result) => new() { Result = JsonElement.Parse(result) };

    public static Mock FailsWith(string? error, string? cause = null) => new() { ErrorOutput = new(error, cause) };

    /// <summary>The data after each step, one <c>step value</c> a line.</summary>
    public static string[] Steps(this NodeOutcome outcome) => [.. outcome.Inspection.Select(step => $"{step.Key} {step.Value.GetRawText()}")];

    /// <summary>What came of it in one line.</summary>
    public static string Said(this NodeOutcome outcome) => string.Join(' ', new[]
    {
        outcome.Status.ToString(),
        outcome.Error,
        outcome.Output.ValueKind == JsonValueKind.Undefined ? null : outcome.Output.GetRawText(),
        outcome.NextNode is null ? null : $"-> {outcome.NextNode}",
    }.Where(part => part is not null));
}
