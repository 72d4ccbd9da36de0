using Flow.Orchestrator;

namespace Flow.Simulation.Tests;

/// <summary>What holds of every world that has come to rest; docs/invariants.md says why each does.</summary>
internal static class Invariants
{
    private static readonly string[] Endings = ["ExecutionSucceeded", "ExecutionFailed", "ExecutionAborted", "ExecutionTimedOut"];

    public static IEnumerable<string> Broken(World world, Workflow workflow, (string Status, string? Output) calm)
    {
        foreach (var violation in world.Violations)
            yield return violation;
        var store = world.Store;
        if (!store.Runs.Rows.TryGetValue(world.RunId, out var run))
        {
            yield return "the run was lost";
            yield break;
        }

        foreach (var open in store.Runs.Rows.Values.Where(r => r.EndedAt is null))
            yield return $"run of {open.Workflow} is {open.CurrentState} for ever, at {open.Node}";
        if (run is { CurrentState: "TimedOut", TimeoutSeconds: { } seconds } && run.EndedAt < (run.RedrivenAt ?? run.StartedAt).AddSeconds(seconds))
            yield return "the run timed out before its time";
        if (store.Timers.Rows.Count > 0)
            yield return $"{store.Timers.Rows.Count} timers are left";
        if (store.Scopes.Rows.Values.Any(s => s.EndedAt is null))
            yield return "scopes of ended runs are open";
        if (store.Held.Rows.Count > 0)
            yield return "messages of ended runs are held";
        if (!world.WasSteered && !workflow.IsTimed && (run.CurrentState, run.Output) != calm)
            yield return $"the run is {run.CurrentState} with {run.Output}; undisturbed it is {calm.Status} with {calm.Output}";
        foreach (var broken in Histories(world).Concat(Journals(world)).Concat(Facts(world)))
            yield return broken;
    }

    private static IEnumerable<string> Histories(World world)
    {
        var ended = new HashSet<Guid>();
        foreach (var scope in world.Store.History.GroupBy(row => row.ScopeId))
        {
            // The rows of one transition follow one another and bear its number.
            var transitions = scope.Select(row => row.Sequence).Where((sequence, i) => i == 0 || sequence != scope.ElementAt(i - 1).Sequence).ToList();
            if (!transitions.SequenceEqual(Enumerable.Range(1, transitions.Count).Select(n => (long)n)))
                yield return "a history has gaps or goes backwards";
            var hasEnded = false;
            foreach (var happened in scope.SelectMany(row => JsonSerializer.Deserialize<List<HistoryEvent>>(row.Events, OrchestratorJson.Options)!))
            {
                if (hasEnded && happened.Type is not ("ExecutionRedriven" or "ExecutionStarted"))
                    yield return $"{happened.Type} after the end of the run";
                hasEnded = Endings.Contains(happened.Type);
                if (happened is { Type: "TaskSucceeded" or "TaskFailed" or "TaskTimedOut", Token: { } token } && !ended.Add(token))
                    yield return $"an attempt ends twice, the second time with {happened.Type}";
            }
        }
    }

    /// <summary>The journal has the entries of the handlers' attempts that ended well: each once, in the order of their ends, and no other.</summary>
    private static IEnumerable<string> Journals(World world)
    {
        var ended = world.Store.History.SelectMany(row => JsonSerializer.Deserialize<List<HistoryEvent>>(row.Events, OrchestratorJson.Options)!)
            .Where(e => e.Type == "TaskSucceeded" && !world.Store.Runs.Rows.ContainsKey(e.Token!.Value)).SelectMany(e => new[] { (e.Token!.Value, 0, "begun"), (e.Token!.Value, 1, "done") });
        if (!world.Store.Journal.Select(row => (row.Token, row.Index, row.Kind)).SequenceEqual(ended))
            yield return "the journal differs from the attempts that ended well";
    }

    /// <summary>The facts told of runs, each counted once, add up to how the runs stand.</summary>
    private static IEnumerable<string> Facts(World world)
    {
        foreach (var run in world.Store.Runs.Rows.Values)
        {
            var facts = world.Published.Values.OfType<RunEvent>().Where(e => e.RunId == run.CorrelationId).ToList();
            var ends = facts.Count(e => e is RunSucceeded or RunFailed or RunCancelled or RunTimedOut);
            if (ends != 1 + facts.OfType<RunRedriven>().Count())
                yield return $"a run is told to have ended {ends} times, after {facts.OfType<RunRedriven>().Count()} redrives";
            if (run.EndedAt is not null && run.Redrives != facts.OfType<RunRedriven>().Count())
                yield return "redrives and what is told of them differ";
            var advances = world.Published.Values.OfType<RunAdvanced>().Where(a => a.RunId == run.CorrelationId).Sum(a => (long)a.Events.Count);
            var stored = world.Store.History.Where(h => h.RunId == run.CorrelationId).Sum(h => (long)JsonSerializer.Deserialize<List<HistoryEvent>>(h.Events, OrchestratorJson.Options)!.Count);
            if (advances != stored)
                yield return $"{advances} events were told and {stored} are stored";
        }
    }
}
