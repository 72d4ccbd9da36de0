using Flow.Testing.Driving;

namespace Flow.Testing.Scripts;

/// <summary>What a run shares with its child runs: the clock, and the count of steps.</summary>
internal sealed class Stage(TestSettings settings, Func<string> report)
{
    private int _steps;

    public Agenda Agenda { get; } = new(settings.StartedAt);

    public void Play(DateTimeOffset until) => Agenda.Play(until, () => _steps++ < settings.MaxSteps
        ? true
        : throw new WorkflowTestException($"The run takes more than {settings.MaxSteps} steps (TestSettings.MaxSteps): does it loop for ever?\n{report()}"));
}
