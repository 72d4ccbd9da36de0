using System.Text.RegularExpressions;
using Flow.StatesLanguage.NodeTesting;
using Flow.StatesLanguage.Tests.Interpreting;
using Flow.Testing;
using Flow.Testing.Driving;
using FsCheck;
using FsCheck.Fluent;

namespace Flow.StatesLanguage.Tests.NodeTesting;

/// <summary>Whatever the definition: a Task that is tested with the input, variables and answer it had in a run ends as it did there.</summary>
// capability 9
public sealed class When_a_run_is_rehearsed
{
    private static readonly Execution Facts = new(Guid.Parse("11111111-1111-1111-1111-111111111111"), "r", "w", 1, Scene.Json("""{"a":{"b":1},"b":0,"list":[{"a":1},2,[]]}"""), Scene.Start);

    [Fact]
    public void Should_end_as_it_did()
    {
        var seen = new Dictionary<NodeTestStatus, int>();
        Prop.ForAll(Gen.Choose(0, int.MaxValue).ToArbitrary(), seed =>
        {
            var text = new RandomDefinition(seed).Text();
            if (Definition.Read(text).Definition is not { } definition)
                return;

            var answers = new Random(seed);
            var run = VirtualRun.Play(definition, Facts, item => answers.Next(3) == 0 ? new Answer.Failure("Bad", "why") : new Answer.Success(item.Input), seed, maxSteps: 300);
            foreach (var (before, signal, step) in run.Steps.Where(s => s.Before.Machine.Length == 0 && s.Step.Commands.Count > 0))
            {
                if (MockOf(signal) is not { } mock)
                    continue;
                var test = new NodeTest { Node = before.Node, Input = before.Input, Variables = before.Variables, Mock = mock, RetryCount = before.Attempts - 1, Execution = Facts };
                var outcome = NodeTester.Test(text, test, new(before.EnteredAt, new Guid(seed, 0, 0, new byte[8]))).Outcome.ShouldNotBeNull();
                var hasChance = HasChance(text, before.Node!);
                Masked(Told(outcome, hasChance)).ShouldBe(Masked(Happened(step, hasChance)), text);
                seen[outcome.Status] = seen.GetValueOrDefault(outcome.Status) + 1;
            }
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(3_000));

        // The property says something only when tasks end in every way.
        foreach (var status in Enum.GetValues<NodeTestStatus>())
            seen.GetValueOrDefault(status).ShouldBeGreaterThan(0, status.ToString());
    }

    private static Mock? MockOf(Signal signal) => signal switch
    {
        Signal.TaskSucceeded s => new() { Result = s.Output },
        Signal.TaskFailed s => new() { ErrorOutput = new(s.Error, s.Cause) },
        _ => null,
    };

    /// <summary>Whether the node draws numbers or ids, which are others in a test.</summary>
    private static bool HasChance(string definition, string node) =>
        Scene.Json(definition).GetProperty("States").GetProperty(node).GetRawText() is var text
        && (text.Contains("States.UUID", StringComparison.Ordinal) || text.Contains("States.MathRandom", StringComparison.Ordinal));

    /// <summary>Tokens differ from attempt to attempt.</summary>
    private static string Masked(string said) => Regex.Replace(said, "\"Token\":\"[^\"]*\"", "\"Token\":");

    private static string Told(NodeOutcome outcome, bool hasChance) => outcome.Status switch
    {
        NodeTestStatus.Failed => $"fails: {outcome.Error}" + (hasChance ? "" : $": {outcome.Cause}"),
        NodeTestStatus.Retriable => "tries again",
        _ => $"goes to {outcome.NextNode}" + (hasChance ? "" : $" with {outcome.Output.GetRawText()}"),
    };

    private static string Happened(Step step, bool hasChance)
    {
        if (step.Commands.OfType<Command.StartTimer>().Any(t => t.Kind == TimerKind.Retry) && !Records(step, "TaskStateExited").Any())
            return "tries again";
        if (Records(step, "TaskStateExited").FirstOrDefault() is not { } exited)
            return step.Commands.OfType<Command.Fail>().Select(end => $"fails: {end.Error}" + (hasChance ? "" : $": {end.Cause}")).Single();
        var next = step.Commands.OfType<Command.Record>().FirstOrDefault(r => r.Event.Type.EndsWith("StateEntered", StringComparison.Ordinal))?.Event.Node;
        return $"goes to {next}" + (hasChance ? "" : $" with {exited.Output!.Value.GetRawText()}");
    }

    private static IEnumerable<HistoryRecord> Records(Step step, string type) =>
        step.Commands.OfType<Command.Record>().Where(r => r.Event.Type == type).Select(r => r.Event);
}
