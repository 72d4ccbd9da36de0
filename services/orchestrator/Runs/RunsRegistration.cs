namespace Flow.Orchestrator.Runs;

/// <summary>The transition code. It holds no state of a run and knows its transaction by <see cref="IRunTransaction"/> only.</summary>
internal static class RunsRegistration
{
    public static IServiceCollection AddRuns(this IServiceCollection services) => services
        .AddSingleton<RunFactsCache>()
        .AddSingleton<Transition>()
        .AddSingleton(provider => new Lazy<Transition>(provider.GetRequiredService<Transition>))
        .AddSingleton<ChildScopes>()
        .AddSingleton<CommandPerformer>()
        .AddSingleton<RunLifecycle>()
        .AddSingleton<Pausing>()
        .AddSingleton<Redriving>();
}
