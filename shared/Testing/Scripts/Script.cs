using System.Collections.Immutable;

namespace Flow.Testing.Scripts;

/// <summary>What some attempts get.</summary>
/// <param name="Times">How many; null: all that follow.</param>
/// <param name="Answer">The reply to one.</param>
internal sealed record Line(int? Times, Func<Attempt, Reply> Answer);

/// <summary>What the attempts at a handler get, in order. Immutable.</summary>
internal sealed record Script(ImmutableList<Line> Lines)
{
    public static readonly Script Empty = new(ImmutableList<Line>.Empty);

    /// <summary>How many attempts it answers; null: all.</summary>
    public int? Length => IsEndless ? null : Lines.Sum(l => l.Times!.Value);

    private bool IsEndless => Lines is [.., { Times: null }];

    /// <summary>With one more line; an endless script begins anew, as nothing could follow it.</summary>
    public Script With(Line line) => new((IsEndless ? ImmutableList<Line>.Empty : Lines).Add(line));

    /// <summary>The line for the attempt after so many; null when it has none.</summary>
    public Line? At(int used)
    {
        foreach (var line in Lines)
        {
            if (line.Times is not { } times || used < times)
                return line;
            used -= times;
        }

        return null;
    }
}
