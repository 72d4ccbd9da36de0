namespace Flow.StatesLanguage.Expressions;

/// <summary>Chance, reproducible: a stream of values that depends on the seed and on how many were drawn before, and on nothing else.</summary>
internal sealed class Randomness(Guid seed)
{
    /// <summary>The next random (version 4) UUID.</summary>
    public Guid NextGuid() => throw new NotImplementedException();

    /// <summary>The next 64 random bits.</summary>
    public ulong NextBits() => throw new NotImplementedException();

    /// <summary>The next number, at least 0 and less than 1.</summary>
    public double NextDouble() => throw new NotImplementedException();
}
