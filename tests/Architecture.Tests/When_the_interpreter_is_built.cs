using Flow.Jsonata;
using Flow.StatesLanguage;

namespace Flow.Architecture.Tests;

public sealed class When_the_interpreter_is_built
{
    [Fact]
    public void Should_have_no_clock_no_dice_no_tasks_and_no_input_or_output() => Purity.Violations(typeof(Interpreter).Assembly.Location).ShouldBeEmpty();

    [Fact]
    public void Should_evaluate_jsonata_with_none_of_these_either() => Purity.Violations(typeof(JsonataExpression).Assembly.Location).ShouldBeEmpty();

    [Fact]
    public void Should_catch_an_assembly_that_has()
    {
        // This test assembly runs git, reads files, awaits and draws: see Impure.
        var violations = Purity.Violations(typeof(Impure).Assembly.Location).ToList();

        violations.ShouldContain(violation => violation.EndsWith("System.Diagnostics.Process", StringComparison.Ordinal));
        violations.ShouldContain(violation => violation.EndsWith("System.IO.File", StringComparison.Ordinal));
        violations.ShouldContain(violation => violation.EndsWith("System.Threading.Tasks.Task", StringComparison.Ordinal));
        violations.ShouldContain(violation => violation.EndsWith("System.Guid.NewGuid", StringComparison.Ordinal));
        violations.ShouldContain(violation => violation.EndsWith("System.Random", StringComparison.Ordinal));
        violations.ShouldContain(violation => violation.EndsWith("System.TimeProvider", StringComparison.Ordinal));
    }

    private static class Impure
    {
        public static async Task<string> Draw(TimeProvider time)
        {
            await Task.Yield();
            return $"{Guid.NewGuid()} {new Random(1).Next()} {time.GetUtcNow()}";
        }
    }
}
