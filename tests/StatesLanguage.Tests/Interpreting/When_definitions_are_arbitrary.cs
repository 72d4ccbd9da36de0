using System.Text.Json;
using Flow.Testing;
using Flow.Testing.Driving;
using FsCheck;
using FsCheck.Fluent;

namespace Flow.StatesLanguage.Tests.Interpreting;

/// <summary>Whatever the definition: reading answers, a step never throws, a scope waits for something or has ended, and equal seeds give equal runs.</summary>
public class When_definitions_are_arbitrary
{
    private const string Input = """{"a":{"b":1},"b":0,"list":[{"a":1},2,[]]}""";

    [Fact]
    public void Should_end_or_wait_and_do_so_again()
    {
        var sound = 0;
        var queries = 0;
        var states = new HashSet<RunState>();
        Prop.ForAll(Gen.Choose(0, int.MaxValue).ToArbitrary(), seed =>
        {
            var text = RandomDefinition.Of(seed).Text();
            var reading = Definition.Read(text);
            (reading.Definition is null).ShouldBe(reading.Findings.Count > 0);
            if (reading.Definition is not { } definition)
                return;

            sound++;
            queries += text.Contains("{%", StringComparison.Ordinal) ? 1 : 0;
            var run = Play(definition, seed);
            states.Add(run.State);
            Describe(Play(definition, seed)).ShouldBe(Describe(run));
            run.Steps.ForEach(taken => CheckStep(taken.Before, taken.Step));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(1_500));

        // The property says something only when many definitions run, and in every way.
        sound.ShouldBeGreaterThan(150);
        queries.ShouldBeGreaterThan(75);
        states.ShouldContain(RunState.Succeeded);
        states.ShouldContain(RunState.Failed);
    }

    [Fact]
    public void Should_answer_any_damage_to_a_definition()
    {
        var damaged =
            from seed in Gen.Choose(0, int.MaxValue)
            let text = RandomDefinition.Of(seed).Text()
            from at in Gen.Choose(0, text.Length - 1)
            from length in Gen.Choose(0, Math.Min(8, text.Length - at))
            from piece in Gen.Elements("", "null", "{}", "[]", "\"", "1e999", "-1", "true", "\"$\"", "\"\\ud800\"", ",", ":", "{% ", " %}", "$states.", "(", "[")
            select text[..at] + piece + text[(at + length)..];
        Prop.ForAll(damaged.ToArbitrary(), text =>
        {
            var reading = Definition.Read(text);
            return reading.Definition is null ? reading.Findings.Count > 0 : reading.Findings.Count == 0;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(3_000));
    }

    private static VirtualRun Play(Definition definition, int seed)
    {
        var answers = new Random(seed);
        var execution = new Execution(Guid.Parse("11111111-1111-1111-1111-111111111111"), "r", "w", 1, Scene.Json(Input), Scene.Start);
        return VirtualRun.Play(definition, execution, item => answers.Next(6) switch
        {
            0 => new Answer.Failure("Bad", "why"),
            1 => new Answer.Failure(null, null),
            2 => new Answer.Silence(),
            3 => new Answer.Success(Scene.Json(Input)),
            4 => new Answer.Success(Scene.Json("null")),
            _ => new Answer.Success(item.Input),
        }, seed, maxSteps: 300);
    }

    private static void CheckStep(Scope before, Step step)
    {
        var text = ScopeJson.Write(step.Scope);
        ScopeJson.Write(ScopeJson.Read(text)).ShouldBe(text);
        if (ReferenceEquals(before, step.Scope))
        {
            // Late: a child closed after its group was given up.
            step.Commands.ShouldBeEmpty();
            return;
        }

        var ends = step.Commands.Count(c => c is Command.Succeed or Command.Fail);
        ends.ShouldBe(step.Scope.Status == ScopeStatus.Running ? 0 : 1);
        (step.Scope.Token is not null).ShouldBe(step.Scope.Status == ScopeStatus.Running);
        if (ends == 1)
            (step.Commands[^1] is Command.Succeed or Command.Fail).ShouldBeTrue();
    }

    private static string Describe(VirtualRun run) =>
        $"{run.State} {run.Error} {JsonSerializer.Serialize(run.History)} {string.Join('\n', run.Steps.Select(s => ScopeJson.Write(s.Step.Scope)))}";
}
