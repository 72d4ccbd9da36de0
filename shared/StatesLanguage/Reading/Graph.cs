using Flow.StatesLanguage.States;

namespace Flow.StatesLanguage.Reading;

/// <summary>How the states of one machine lead to one another.</summary>
internal static class Graph
{
    /// <param name="fields">The machine.</param>
    /// <param name="startAt">Its StartAt.</param>
    /// <param name="names">The names of all its states.</param>
    /// <param name="states">Those that could be read.</param>
    public static void Check(Fields fields, string? startAt, IReadOnlySet<string> names, IReadOnlyList<State> states)
    {
        if (startAt is not null && !names.Contains(startAt))
            fields.Add("StartAt", Rules.MissingTarget, Missing(startAt, names));

        var missing = false;
        foreach (var state in states)
            missing |= ReportMissingTargets(state, names, fields.Findings);

        // With a state unread or a way into nowhere, what follows would blame the wrong place.
        if (missing || startAt is null || !names.Contains(startAt) || states.Count < names.Count || states.Count == 0)
            return;

        var targets = states.ToDictionary(s => s.Name, s => s.NextTargets.Concat(s.CatchTargets).ToList(), StringComparer.Ordinal);
        var reached = Closure([startAt], name => targets[name]);
        foreach (var state in states.Where(s => !reached.Contains(s.Name)))
            fields.Findings.Add(new(state.Pointer, Rules.UnreachableState, $"No way leads from '{startAt}' to '{state.Name}': lead one there, or remove it."));

        if (!states.Any(s => s.IsTerminal))
        {
            fields.Add("States", Rules.NoTerminalState, "No state ends the machine: give one \"End\": true, or add a Succeed or Fail.");
            return;
        }

        var sources = states.SelectMany(s => targets[s.Name].Select(t => (From: s.Name, To: t))).ToLookup(e => e.To, e => e.From, StringComparer.Ordinal);
        var ending = Closure(states.Where(s => s.IsTerminal).Select(s => s.Name), name => sources[name]);
        foreach (var state in states.Where(s => !ending.Contains(s.Name)))
            fields.Findings.Add(new(state.Pointer, Rules.NoWayToEnd, $"No way leads from '{state.Name}' to an end of the machine: a run that comes here could never end."));
    }

    private static bool ReportMissingTargets(State state, IReadOnlySet<string> names, ICollection<Finding> findings)
    {
        var before = findings.Count;
        void Require(string? target, string pointer)
        {
            if (target is not null && !names.Contains(target))
                findings.Add(new(pointer, Rules.MissingTarget, Missing(target, names)));
        }

        Require(state.Next, Json.Step(state.Pointer, "Next"));
        foreach (var (index, catcher) in state.Catch.Index())
            Require(catcher.Next, $"{state.Pointer}/Catch/{index}/Next");
        if (state is ChoiceState choice)
        {
            Require(choice.Default, Json.Step(state.Pointer, "Default"));
            foreach (var (index, entry) in choice.Choices.Index())
                Require(entry.Next, $"{state.Pointer}/Choices/{index}/Next");
        }

        return findings.Count > before;
    }

    private static string Missing(string target, IEnumerable<string> names) =>
        $"There is no state '{target}' in this machine; its states are: {string.Join(", ", names.Take(20))}.";

    private static HashSet<string> Closure(IEnumerable<string> from, Func<string, IEnumerable<string>> next)
    {
        var seen = new HashSet<string>(from, StringComparer.Ordinal);
        var open = new Queue<string>(seen);
        while (open.TryDequeue(out var name))
        {
            foreach (var other in next(name).Where(seen.Add))
                open.Enqueue(other);
        }

        return seen;
    }
}
