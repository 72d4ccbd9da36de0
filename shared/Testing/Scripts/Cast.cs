using System.Collections.Immutable;

namespace Flow.Testing.Scripts;

/// <summary>The faked handlers of one run: who has answered how often. What they do not serve, those of the parent run do.</summary>
internal sealed class Cast(ImmutableSortedDictionary<string, Script> scripts, Cast? parent)
{
    private readonly Dictionary<string, int> _used = new(StringComparer.Ordinal);

    /// <summary>The reply to an attempt; null when no script is about it.</summary>
    /// <exception cref="WorkflowTestException">The script has no more lines.</exception>
    public Reply? Answer(Attempt attempt)
    {
        if (Key(attempt) is not { } key)
            return parent?.Answer(attempt);

        var used = _used.GetValueOrDefault(key);
        _used[key] = used + 1;
        return scripts[key].At(used)?.Answer(attempt) ?? throw new WorkflowTestException(
            $"The script of '{key}' answers {scripts[key].Length} attempts, but node '{attempt.Node}' makes one more.\n{Unscripted.Lines(attempt)}");
    }

    /// <summary>The names that are scripted, for people.</summary>
    public IEnumerable<string> Names => scripts.Keys.Concat(parent?.Names ?? []);

    private string? Key(Attempt attempt) =>
        scripts.ContainsKey(attempt.Resource) ? attempt.Resource : scripts.ContainsKey(attempt.Handler) ? attempt.Handler : null;
}
