namespace Flow.Simulation.Tests;

/// <summary>Schedules by seed. Two of three run a small workflow.</summary>
internal static class Simulation
{
    private static readonly Dictionary<string, (string, string?)> Calm = Workflow.Small.Concat(Workflow.Large).ToDictionary(w => w.Name, w => CalmAsync(w).GetAwaiter().GetResult(), StringComparer.Ordinal);

    public static Workflow WorkflowOf(int seed)
    {
        var dice = new Random(seed ^ 0x5EED);
        var list = dice.Next(3) == 0 ? Workflow.Large : Workflow.Small;
        return list[dice.Next(list.Count)];
    }

    /// <summary>Runs one schedule; null: nothing was broken, else what was, and how it came to it. An exception is a finding, but with a mutation it is thrown.</summary>
    public static async Task<string?> RunAsync(int seed, Mutation mutation = Mutation.None, Workflow? workflow = null)
    {
        workflow ??= WorkflowOf(seed);
        var world = new World(seed, workflow, mutation);
        string broken;
        try
        {
            await world.RunAsync();
            broken = string.Join("\n  ", Invariants.Broken(world, workflow, Calm[workflow.Name]).Distinct());
        }
        catch (Exception exception) when (mutation == Mutation.None)
        {
            broken = exception.ToString();
        }

        return broken.Length == 0 ? null : $"seed {seed}, workflow '{workflow.Name}':\n  {broken}\nsteps:\n  {string.Join("\n  ", world.Trace)}";
    }

    private static async Task<(string, string?)> CalmAsync(Workflow workflow)
    {
        var world = new World(1, workflow, isCalm: true);
        await world.RunAsync();
        var run = world.Store.Runs.Rows[world.RunId];
        return (run.CurrentState, run.Output);
    }
}
