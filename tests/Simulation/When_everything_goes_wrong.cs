using System.Collections.Concurrent;
using Flow.Orchestrator.Runs;

namespace Flow.Simulation.Tests;

// capabilities 22, 37, 38, 39, 40, 47, 54, 55, 56
public sealed class When_everything_goes_wrong
{
    private const int Schedules = 200_000;

    /// <summary>Seeds that once found something.</summary>
    public static TheoryData<int> Kept => [.. Seeds.Kept];

    [Fact]
    public async Task Should_lose_nothing_and_do_nothing_twice()
    {
        var broken = new ConcurrentQueue<string>();
        await Parallel.ForEachAsync(Enumerable.Range(1, Schedules), async (seed, _) =>
        {
            if (broken.IsEmpty && await Simulation.RunAsync(seed) is { } failure)
                broken.Enqueue(failure);
        });
        broken.ShouldBeEmpty();
    }

    [Theory, MemberData(nameof(Kept))]
    public async Task Should_not_do_again_what_a_seed_once_found(int seed) => (await Simulation.RunAsync(seed)).ShouldBeNull();

    [Theory]
    [InlineData(nameof(Mutation.NoInbox), "map", "undisturbed it is")]
    [InlineData(nameof(Mutation.SendBeforeCommit), "two", "events were told and")]
    [InlineData(nameof(Mutation.NoFence), "two", "undisturbed it is")]
    [InlineData(nameof(Mutation.LoseChildEnd), "map", "is Running for ever")]
    [InlineData(nameof(Mutation.TellChildEndTwice), "map", "undisturbed it is")]
    [InlineData(nameof(Mutation.NoSweeper), "task", "is Running for ever")]
    public async Task Should_find_what_is_broken_on_purpose(string mutation, string workflow, string finding)
    {
        var which = Workflow.Small.Concat(Workflow.Large).Single(w => w.Name == workflow);
        for (var seed = 1; seed <= 3_000; seed++)
        {
            if ((await Simulation.RunAsync(seed, Enum.Parse<Mutation>(mutation), which))?.Contains(finding, StringComparison.Ordinal) == true)
                return;
        }

        Assert.Fail($"3,000 schedules with {mutation} found nothing.");
    }

    [Fact]
    public void Should_know_every_message_that_the_state_machines_know()
    {
        var told = new RunStateMachine().Events.Concat(new ScopeStateMachine().Events).Select(e => e.GetType().GetGenericArguments()).Where(arguments => arguments.Length == 1).Select(arguments => arguments[0]);
        told.Distinct().ShouldBe(Dispatcher.Messages, ignoreOrder: true);
    }
}
