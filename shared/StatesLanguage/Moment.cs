namespace Flow.StatesLanguage;

/// <summary>The moment a signal is handled at: the only source of time and chance the interpreter has.</summary>
/// <param name="Now">The time.</param>
/// <param name="Seed">Everything random in the step (tokens, UUIDs, jitter, random numbers) derives from it: the same seed gives the same step.</param>
public readonly record struct Moment(DateTimeOffset Now, Guid Seed);
